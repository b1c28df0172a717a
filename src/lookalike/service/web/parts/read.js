/** How the words of a search were read: what was put right, what means nothing here, and colours as promises. */

import { el, fill } from "./el.js";

/**
 * Fill a line with it; where every word was taken as it is, with what is said `otherwise`. `only(colour)` is called
 * to make a colour among the words a filter.
 * @param {HTMLElement} line
 * @param {{read_as: string[], unknown: string[], colours: string[]} | null | undefined} words
 * @param {import("./wishes.js").Wishes} wishes
 * @param {(colour: string) => void} only
 * @param {string} [otherwise]
 */
export function showRead(line, words, wishes, only, otherwise = "") {
  const { read_as: read = [], unknown = [], colours = [] } = words ?? {};
  const free = colours.filter((colour) => !wishes.colour.includes(colour));
  const offer = (colour) =>
    el("button", { type: "button", class: "chip offer", dataset: { key: `only ${colour}` }, on: { click: () => only(colour) } }, `Only ${colour}`);
  fill(
    line,
    read.map((sentence) => el("span", null, `${sentence}.`)),
    unknown.length > 0 && el("span", null, `${listed(unknown)} ${unknown.length === 1 ? "means" : "mean"} nothing here.`),
    Boolean(!read.length && !unknown.length && otherwise) && el("span", null, otherwise),
    free.map(offer),
  );
  line.hidden = !line.childNodes.length;
}

function listed(words) {
  const quoted = words.map((word) => `“${word}”`);
  return quoted.length < 2 ? quoted.join("") : `${quoted.slice(0, -1).join(", ")} and ${quoted.at(-1)}`;
}
