/** The filters, made from the catalogue itself: what there is, how often, and what is chosen. */

import { categories } from "./categories.js";
import { el, fill, icon } from "./el.js";
import { priceFilter } from "./price.js";
import { choices } from "./choices.js";
import { named } from "./named.js";
import { toggled, valuesOf } from "./wishes.js";

/**
 * The panel of filters. `change(wishes)` is called with what a shopper wishes next.
 * @param {(wishes: import("./wishes.js").Wishes) => void} change
 * @returns {{element: HTMLElement, show: (facets: any, wishes: import("./wishes.js").Wishes) => void}}
 */
export function facetPanel(change) {
  const element = el("div", { class: "facets" });
  const price = priceFilter(change);
  const sections = new Map();
  const show = (facets, wishes) => {
    const wanted = new Map();
    const put = (name, title, body, open) => {
      if (body) wanted.set(name, { title, body, open });
    };
    put("category", "Category", categories(facets.category, wishes, change), true);
    put("colour", "Colour", swatches(facets.colour, wishes, change), true);
    put("price", "Price", price.show(facets.price, wishes), true);
    put("brand", "Brand", choices("brand", facets.brand, wishes, change), true);
    put("availability", "Availability", choices("availability", facets.availability, wishes, change));
    for (const { name, values } of facets.attributes ?? []) {
      put(`attributes.${name}`, named(name), choices(`attributes.${name}`, values, wishes, change));
    }
    keepingFocus(element, () => arrange(element, sections, wanted, wishes));
  };
  return { element, show };
}

/** Put the wanted sections in order, keeping those that are there: open ones stay open, lists stay scrolled. */
function arrange(element, sections, wanted, wishes) {
  for (const [name, section] of sections) {
    if (wanted.has(name)) continue;
    section.remove();
    sections.delete(name);
  }
  for (const [name, { title, body, open }] of wanted) {
    let section = sections.get(name);
    if (!section) {
      section = el(
        "details",
        { class: "facet", dataset: { facet: name } },
        el("summary", null, el("h3", null, title), icon("down")),
        el("div", { class: "facet-body" }),
      );
      section.open = Boolean(open) || valuesOf(wishes, name)?.length > 0;
      sections.set(name, section);
    }
    const holder = section.lastElementChild;
    if (holder.firstChild !== body) {
      const scrolled = holder.querySelector(".choices")?.scrollTop ?? 0;
      fill(holder, body);
      const list = holder.querySelector(".choices");
      if (list) list.scrollTop = scrolled;
    }
    element.append(section);
  }
}

/** Do something that makes controls anew, and give the focus back to the one that had it. */
export function keepingFocus(element, act) {
  const before = document.activeElement;
  const key = element.contains(before) ? before.dataset.key : null;
  act();
  if (before?.isConnected && document.activeElement === before) return;
  if (key) element.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
  else if (before?.isConnected && element.contains(before)) before.focus({ preventScroll: true });
}

/** Colours stay where they are while their counts change. */
const ROW = [
  "black",
  "grey",
  "white",
  "beige",
  "brown",
  "red",
  "orange",
  "yellow",
  "green",
  "turquoise",
  "blue",
  "navy",
  "purple",
  "pink",
];
const place = ({ value }) => (ROW.includes(value) ? ROW.indexOf(value) : ROW.length);

function swatches(colours, wishes, change) {
  const known = new Set((colours ?? []).map(({ value }) => value));
  const lost = wishes.colour
    .filter((value) => !known.has(value))
    .map((value) => ({ value, hex: "transparent", count: 0 }));
  const all = [...(colours ?? []), ...lost].sort((one, other) => place(one) - place(other));
  if (!all.length) return null;
  const swatch = ({ value, hex, count }) =>
    el(
      "button",
      {
        class: "swatch",
        type: "button",
        "aria-pressed": String(wishes.colour.includes(value)),
        "aria-label": `${value}, ${count} ${count === 1 ? "product" : "products"}`,
        dataset: { key: `colour ${value}` },
        on: { click: () => change(toggled(wishes, "colour", value)) },
      },
      el("i", { style: { background: hex } }, icon("check")),
      el("span", { "aria-hidden": "true" }, value),
    );
  return el("div", { class: "swatches", role: "group", "aria-label": "Colour" }, all.map(swatch));
}
