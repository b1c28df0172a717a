/** How alike a result is, as one looks at it: bars and a few words, never a figure that claims too much. */

import { el } from "./el.js";

const LEVELS = [0.9, 0.5, 0.1]; // closer than so many of the catalogue's own nearest neighbours: 4, 3 and 2 bars of 4
const COSINE = /Likeness[^:]*: [\d.]+ of 1\. ?/; // what is known before a catalogue's closeness is fitted
const PLACE = /: (?:closer|farther) than [^.]*(?=\.)/; // told to those who ask why

/**
 * The sentence of a result in two parts: how alike it is, "" where that was not measured, and the rest.
 * @param {import("./card.js").Result} result
 */
export function told({ sentence, closeness }) {
  if (closeness === null || closeness === undefined) return { alike: "", rest: sentence.replace(COSINE, "") };
  const [, alike, rest] = /^(.*?)\.(?: (.*))?$/s.exec(sentence.replace(PLACE, "")) ?? [null, "", sentence];
  return { alike: short(alike), rest: rest ?? "" };
}

/** In few words: what asked stands over the cards, and that nothing at all is close is said there, too. */
function short(alike) {
  if (alike.startsWith("Not close")) return "Less alike";
  const words = alike.replace(/like (?:your photo|what you chose|what was imagined)$/i, "alike");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Four small bars, as many of them filled as a result is alike. @param {number} closeness 0 to 1 */
export function bars(closeness) {
  const level = LEVELS.length + 1 - LEVELS.filter((least) => closeness < least).length;
  return el("span", { class: "alike-bars", "aria-hidden": "true", dataset: { level } }, el("i"), el("i"), el("i"), el("i"));
}
