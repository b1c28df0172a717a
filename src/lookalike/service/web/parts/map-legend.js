/** What the colours of the map mean, as buttons that leave one value alone, or several. */

import { el, fill, icon } from "./el.js";
import { number } from "./named.js";

const SHOWN = 10; // values before the others are folded

/** The last level of a value that is a path. */
export const brief = (value) => value.split(" > ").at(-1).trim() || value;

/**
 * @param {{onchange: (chosen: Set<number>) => void}} own hears the places of the values that are left, none for all
 * @returns {{element: HTMLElement, show: (paint: any, colours: {of: string[], rest: string}, chosen: Set<number>, counts: number[], missing: number) => void}}
 */
export function legendOf({ onchange }) {
  const list = el("ul", { class: "legend-values" });
  const all = el("button", { type: "button", class: "link legend-all", on: { click: () => onchange(new Set()) } }, "Show all");
  const element = el("div", { class: "legend", role: "group", "aria-label": "Colours" }, list, all);
  let unfolded = "";

  function show(paint, colours, chosen, counts, missing) {
    element.hidden = !paint;
    all.hidden = !chosen.size;
    if (!paint) return;
    const order = paint.values.map((_, at) => at).filter((at) => counts[at] > 0);
    if (!paint.tints?.length) order.sort((one, other) => counts[other] - counts[one]); // of what was found; tints have an order of their own
    const open = unfolded === paint.name || order.length <= SHOWN + 1;
    const shown = open ? order : order.filter((at, place) => place < SHOWN || chosen.has(at));
    const focused = list.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    fill(
      list,
      shown.map((at) => value(paint, at, colours.of[at], counts[at], chosen)),
      shown.length < order.length && el("li", null, el("button", { type: "button", class: "link", on: { click: () => ((unfolded = paint.name), show(paint, colours, chosen, counts, missing)) } }, `${number(order.length - shown.length)} more`)),
      missing > 0 && el("li", { class: "legend-none" }, swatch(colours.rest), el("span", { class: "legend-name" }, "None"), el("span", { class: "legend-count" }, number(missing))),
    );
    if (focused) list.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }

  function value(paint, at, colour, count, chosen) {
    const pressed = chosen.has(at);
    const turn = () => {
      const next = new Set(chosen);
      if (!next.delete(at)) next.add(at);
      onchange(next);
    };
    const folded = paint.folded > 0 && at === paint.values.length - 1;
    const name = folded ? `${number(paint.folded)} rarer values` : brief(paint.values[at]);
    return el(
      "li",
      null,
      el("button", { type: "button", class: "legend-value", "aria-pressed": String(pressed), title: paint.values[at], dataset: { key: `value ${at}` }, on: { click: turn } },
        swatch(colour), el("span", { class: "legend-name", dir: "auto" }, name), el("span", { class: "legend-count" }, number(count)), pressed && icon("check")),
    );
  }

  return { element, show };
}

const swatch = (colour) => el("i", { class: "legend-swatch", style: { background: colour } });
