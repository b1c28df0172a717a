/** What a shopper wishes of the results: kind, colour, price, and the dial between look and colour. */

import { get } from "../api.js";
import { chipsOf } from "./chips.js";
import { dial } from "./dial.js";
import { el, fill, icon } from "./el.js";
import { facetPanel } from "./facets.js";
import { whereOf } from "./wishes.js";

/**
 * Filters that open below their names, one at a time, and the dial. `onwishes(wishes)` and `onshare(share)` are
 * told of every change.
 * @returns {{element: HTMLElement, show: (wishes: import("./wishes.js").Wishes) => void}}
 */
export function photoWishes({ wishes, share, onwishes, onshare, signal }) {
  const panel = facetPanel(onwishes);
  const chips = el("ul", { class: "chips", "aria-label": "Filters that hold" });
  const element = el(
    "div",
    { class: "photo-wishes" },
    el("div", { class: "photo-filters", role: "group", "aria-label": "Filters" }, panel.element),
    dial(share, onshare),
    chips,
  );
  let newest = null;

  async function show(now) {
    newest = now;
    showChips(chips, now, onwishes);
    const asked = { limit: 1, facets: "true", where: whereOf(now) };
    const answer = await get("/v1/products", { params: asked, signal }).catch(() => null);
    if (!answer?.facets || now !== newest) return; // without them the results are there all the same
    const { category, colour, price } = answer.facets;
    panel.show({ category, colour, price }, now);
    mark(panel.element, now);
  }

  oneAtATime(panel.element, signal);
  void show(wishes);
  return { element, show };
}

/** The filters start closed, and say which of them hold. */
function mark(panel, wishes) {
  for (const facet of panel.children) {
    if (!facet.dataset.drop) facet.open = false;
    facet.dataset.drop = "";
    const wished = wishes[facet.dataset.facet];
    facet.toggleAttribute("data-held", Array.isArray(wished) ? wished.length > 0 : Boolean(wished));
  }
}

/** What is open closes when another opens, at a press elsewhere, and at Escape. */
function oneAtATime(panel, signal) {
  const close = (but) => {
    for (const facet of panel.children) if (facet !== but) facet.open = false;
  };
  panel.addEventListener("toggle", (event) => event.target.open && event.target.parentElement === panel && close(event.target), { capture: true });
  document.addEventListener("pointerdown", (event) => !panel.contains(event.target) && close(), { signal });
  panel.addEventListener("focusout", (event) => event.relatedTarget && !panel.contains(event.relatedTarget) && close());
  panel.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && [...panel.children].find((facet) => facet.open);
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });
}

function showChips(row, wishes, onwishes) {
  const held = chipsOf(wishes);
  row.hidden = !held.length;
  const chip = ({ said, name, without }) =>
    el("button", { type: "button", class: "chip", "aria-label": `Remove ${name}: ${said}`, on: { click: () => onwishes(without) } }, el("span", null, said), icon("close"));
  fill(row, held.map((one) => el("li", null, chip(one))));
}
