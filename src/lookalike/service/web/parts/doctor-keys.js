/** Going through findings by keyboard. */

import { listenToKeys } from "./keys.js";
import { el } from "./el.js";

const KEYS = { j: ["step", 1], k: ["step", -1], a: ["apply"], o: ["other"], d: ["dismiss"], u: ["undo"], l: ["look"] };
const SAID = [["J", "next"], ["K", "before"], ["A", "apply"], ["O", "other value"], ["D", "no fault"], ["U", "undo"], ["L", "look closely"]];

/** @param {{signal: AbortSignal, act: (name: string, value?: any) => void}} own */
export function keysOf({ signal, act }) {
  const meaning = (event, _, command) => {
    const key = event.key.toLowerCase();
    if (command) return event.shiftKey ? null : ["undo"];
    return event.shiftKey ? null : (KEYS[key] ?? null);
  };
  listenToKeys({ signal, meaning, act });
}

/** The keys, for those who have some. */
export const keysLine = () =>
  el("p", { class: "doctor-keys", "aria-label": "Keys" }, SAID.map(([key, does]) => el("span", null, el("kbd", null, key), ` ${does}`)));
