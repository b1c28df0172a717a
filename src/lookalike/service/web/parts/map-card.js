/** The card of a product that a hand rests on, or has tapped: what it is, and the way to what looks like it. */

import { el, fill, icon } from "./el.js";
import { brief } from "./map-legend.js";
import { named } from "./named.js";

const AWAY = 18; // pixels between a point and its card

/**
 * @param {{titles: string[], ids: string[]}} map
 * @param {import("./explore.js").Doors} doors
 * @param {(row: number) => void} onselect hears the button that takes a product into the selection
 */
export function mapCard(map, doors, { onselect, onnear }) {
  const element = el("div", { class: "map-card", hidden: true });
  let shown = -1;
  let kept = false;

  /**
   * Show a row beside a pixel of a window so many pixels wide and high. `pinned` stays, and has what can be done;
   * `near` are rows close by, named where there is no page of look-alikes to go to.
   */
  function show(row, [left, top], [width, height], { says, pinned = false, selected = false, near = [] }) {
    if (row !== shown || pinned !== kept) draw(row, says, pinned, selected, near);
    [shown, kept] = [row, pinned];
    element.hidden = false;
    const { offsetWidth: wide, offsetHeight: high } = element;
    const right = left + AWAY + wide <= width - 8;
    const at = right ? left + AWAY : left - AWAY - wide;
    element.style.left = `${Math.max(8, Math.min(width - wide - 8, at))}px`;
    element.style.top = `${Math.max(8, Math.min(height - high - 8, top - high / 2))}px`;
  }

  function draw(row, says, pinned, selected, near) {
    const id = map.ids[row];
    const title = map.titles[row] || id;
    const source = doors.small?.(id, 256);
    element.classList.toggle("pinned", pinned);
    fill(
      element,
      source && el("img", { class: "map-card-picture", src: source, alt: "", width: 160, height: 160, draggable: "false" }),
      el("p", { class: "map-card-title", dir: "auto" }, title),
      says && el("p", { class: "map-card-says", dir: "auto" }, says),
      pinned && (doors.product || doors.matrix) && el("p", { class: "map-card-acts" },
        doors.product && el("a", { class: "button", href: doors.product(id) }, icon("alike"), "Look-alikes"),
        doors.matrix && el("button", { type: "button", class: "button quiet", on: { click: () => onselect(row) } }, selected ? "Take out" : "Select")),
      pinned && near.length > 0 && el("div", { class: "map-card-near" }, el("p", null, "Beside it on the map"), el("ul", null, near.map((other) =>
        el("li", null, el("button", { type: "button", class: "link", dir: "auto", on: { click: () => onnear(other) } }, map.titles[other] || map.ids[other]))))),
    );
  }

  return {
    element,
    show,
    hide: () => ((element.hidden = true), (shown = -1), (kept = false)),
    isPinned: () => kept && !element.hidden,
  };
}

/** What a product says in the column that the map is coloured by. */
export const saysOf = (paint, row) => (paint && paint.codes[row] >= 0 ? `${named(paint.name)}: ${brief(paint.values[paint.codes[row]])}` : "");
