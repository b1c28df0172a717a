/** Dials between two ends: between look and colour, and between more alike and more various. */

import { el } from "./el.js";

/** A place between look and colour as weights; null, which leaves it to the recipe, where it is at its beginning. */
export function weightsOf(share) {
  const colour = Math.round(share * 100) / 100;
  if (colour <= 0) return null;
  if (colour >= 1) return "colour=1";
  return `look=${Math.round((1 - colour) * 100) / 100},colour=${colour}`;
}

/** A place on a dial, 0 to 1, as an address says it; 0 for anything else. */
export function shareOf(text) {
  const share = Number(text ?? 0);
  return share >= 0 && share <= 1 ? share : 0;
}

/** The dial between look and colour, as {element, show}; `turned(share)` is told of every move. */
export function colourDial(share, turned) {
  const said = (at) => `look ${100 - at}%, colour ${at}%`;
  return dial({ id: "dial", label: "What counts as alike", between: "look and colour", ends: [["Look", "Look alone"], ["Colour", "Colour alone"]], said, share, turned });
}

/** The dial between results that are alike and results that differ, as {element, show}. */
export function varietyDial(variety, turned) {
  const said = (at) => (at === 0 ? "as alike as can be" : `${at}% various`);
  return dial({ id: "variety", label: "How the results differ", between: "more alike and more various", ends: [["Alike", "As alike as can be"], ["Various", "As various as can be"]], said, share: variety, turned });
}

function dial({ id, label, between, ends, said, share, turned }) {
  const range = el("input", {
    type: "range",
    id,
    class: "dial-range",
    min: "0",
    max: "1",
    step: "0.05",
    "aria-label": `Between ${between}`,
    dataset: { key: id },
  });
  const say = () => {
    range.style.setProperty("--share", range.value);
    range.setAttribute("aria-valuetext", said(Math.round(100 * Number(range.value))));
  };
  range.value = String(share);
  say();
  range.addEventListener("input", () => {
    say();
    turned(Number(range.value));
  });
  const end = ([words, name], to) =>
    el("button", { type: "button", class: "dial-end", "aria-label": name, on: { click: () => set(to) } }, words);
  const set = (to) => {
    range.value = String(to);
    say();
    turned(to);
  };
  const element = el("div", { class: "dial", role: "group", "aria-label": label }, end(ends[0], 0), range, end(ends[1], 1));
  /** Show another place, unless the dial is being turned. */
  const show = (to) => {
    if (range === document.activeElement || Number(range.value) === to) return;
    range.value = String(to);
    say();
  };
  return { element, show };
}
