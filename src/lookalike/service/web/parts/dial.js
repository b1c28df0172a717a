/** The dial between look and colour: what likeness is made of. */

import { el } from "./el.js";

/** A place on the dial as weights: 0 is look alone, 1 is colour alone. */
export function weightsOf(share) {
  const colour = Math.round(share * 100) / 100;
  if (colour <= 0) return "look=1";
  if (colour >= 1) return "colour=1";
  return `look=${Math.round((1 - colour) * 100) / 100},colour=${colour}`;
}

/** A place on the dial, 0 to 1, as an address says it; 0 for anything else. */
export function shareOf(text) {
  const share = Number(text ?? 0);
  return share >= 0 && share <= 1 ? share : 0;
}

/**
 * A dial at a share of colour; `turned(share)` is told of every move.
 * @param {number} share
 * @param {(share: number) => void} turned
 */
export function dial(share, turned) {
  const range = el("input", {
    type: "range",
    id: "dial",
    class: "dial-range",
    min: "0",
    max: "1",
    step: "0.05",
    "aria-label": "Between look and colour",
    dataset: { key: "dial" },
  });
  const say = () => {
    const colour = Math.round(100 * Number(range.value));
    range.style.setProperty("--share", range.value);
    range.setAttribute("aria-valuetext", `look ${100 - colour}%, colour ${colour}%`);
  };
  range.value = String(share);
  say();
  range.addEventListener("input", () => {
    say();
    turned(Number(range.value));
  });
  const end = (words, to) =>
    el(
      "button",
      { type: "button", class: "dial-end", "aria-label": `${words} alone`, on: { click: () => set(to) } },
      words,
    );
  const set = (to) => {
    range.value = String(to);
    say();
    turned(to);
  };
  return el(
    "div",
    { class: "dial", role: "group", "aria-label": "What counts as alike" },
    end("Look", 0),
    range,
    end("Colour", 1),
  );
}
