/** The products in sight as a list: the way through the map for those who use keys or do not see it. */

import { el, fill, icon } from "./el.js";

/** So many products are listed at most. */
export const LISTED = 24;

/**
 * @param {{titles: string[], ids: string[]}} map
 * @param {import("./explore.js").Doors} doors
 * @param {{onfocus: (row: number) => void, onselect: (row: number) => void, onpick: (row: number) => void}} own
 *   `onfocus` hears the row that is pointed at or focused, -1 for none; `onpick` one that is chosen where it has no page
 */
export function mapList(map, doors, { onfocus, onselect, onpick }) {
  const heading = el("h3", { class: "map-list-title" });
  const list = el("ol", { class: "map-list" });
  const element = el("section", { class: "map-sight", "aria-label": "Products in sight" }, heading, list);
  let told = "";

  /** Show rows, the first ones first, under words; `selected` ones are marked. */
  function show(words, rows, selected) {
    const few = rows.slice(0, LISTED);
    const now = `${words} ${few.join()} ${few.filter((row) => selected.has(row)).join()}`;
    if (now === told) return;
    told = now;
    const focused = list.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    fill(heading, words);
    fill(list, few.map((row) => item(row, selected.has(row))));
    if (focused) list.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }

  function item(row, isSelected) {
    const id = map.ids[row];
    const title = map.titles[row] || id;
    const source = doors.small?.(id, 128);
    const inner = [source && el("img", { src: source, alt: "", width: 40, height: 40, loading: "lazy", decoding: "async" }), el("span", { class: "map-list-name", dir: "auto" }, title)];
    const key = { key: `sight ${id}` };
    return el(
      "li",
      { on: { pointerenter: () => onfocus(row), pointerleave: () => onfocus(-1), focusin: () => onfocus(row), focusout: () => onfocus(-1) } },
      doors.product ? el("a", { class: "map-list-go", href: doors.product(id), dataset: key }, inner) : el("button", { type: "button", class: "map-list-go", dataset: key, on: { click: () => onpick(row) } }, inner),
      doors.matrix && el("button", { type: "button", class: "map-list-select", "aria-pressed": String(isSelected), "aria-label": `Select ${title}`, title: "Select", dataset: { key: `select ${id}` }, on: { click: () => onselect(row) } }, icon(isSelected ? "check" : "plus")),
    );
  }

  return { element, show };
}
