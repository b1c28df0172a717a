/** The review by keyboard: one key for what is done a hundred times. */

import { PRESSED, listenToKeys } from "./keys.js";

/** @param {{signal: AbortSignal, act: (name: string, value?: any) => void}} own */
export function keysOf({ signal, act }) {
  listenToKeys({ signal, meaning, act });
  const up = () => act("flip", false);
  addEventListener("keyup", (event) => event.key.toLowerCase() === "f" && up(), { signal });
  addEventListener("blur", up, { signal });
}

/** What a key asks for, and with what; null for any other. */
function meaning(event, on, command) {
  const digit = /^Digit([1-9])$/.exec(event.code)?.[1];
  if (digit && !command) return [event.shiftKey ? "keep" : "mark", Number(digit) - 1];
  const key = event.key.toLowerCase();
  if (command) return key === "z" && !event.shiftKey ? ["undo"] : null;
  if (key === "enter") return on.closest(PRESSED) ? null : ["main"];
  if (key.startsWith("arrow") && on.matches("input[type=radio]")) return null; // there they choose what to keep
  return { s: ["rest", "same"], escape: ["fold"], n: ["rest", "not-same"], u: ["undo"], f: ["flip", true], l: ["look"], arrowright: ["step", 1], arrowleft: ["step", -1] }[key] ?? null;
}
