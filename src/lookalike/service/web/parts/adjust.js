/** Two dials behind one name: what counts as alike, and how alike the results may be to each other. */

import { colourDial, varietyDial } from "./dial.js";
import { el, icon } from "./el.js";

const REST = 90; // milliseconds a dial rests before the order is asked for

/**
 * @param {{share: number, variety: number, turned: (wish: {share?: number, variety?: number}) => void, signal: AbortSignal}} options
 * @returns {{element: HTMLElement, show: (now: {share: number, variety: number}) => void}}
 */
export function adjust({ share, variety, turned, signal }) {
  let timer = 0;
  const rested = (wish) => {
    clearTimeout(timer);
    timer = setTimeout(() => turned(wish), REST);
  };
  signal.addEventListener("abort", () => clearTimeout(timer));
  const row = (name, { element }) => el("div", { class: "adjust-row" }, el("p", { "aria-hidden": "true" }, name), element);
  const colour = colourDial(share, (now) => rested({ share: now }));
  const various = varietyDial(variety, (now) => rested({ variety: now }));
  const element = el(
    "details",
    { class: "adjust", dataset: { drop: "" } },
    el("summary", { dataset: { key: "adjust" } }, icon("filters"), el("span", null, "Adjust")),
    el(
      "div",
      { class: "adjust-body" },
      row("What counts as alike", colour),
      row("How the results differ", various),
    ),
  );
  const show = (now) => {
    colour.show(now.share);
    various.show(now.variety);
  };
  return { element, show };
}
