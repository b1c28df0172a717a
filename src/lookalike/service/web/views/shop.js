/** The shop: every product in a grid, and filters made from the catalogue. */

import { get } from "../api.js";
import { chipsOf, showChips } from "../parts/chips.js";
import { el, fill, icon } from "../parts/el.js";
import { facetPanel } from "../parts/facets.js";
import { PAGE, endlessGrid } from "../parts/grid.js";
import { showSearched } from "../parts/header.js";
import { notice } from "../parts/notice.js";
import { sheetFor } from "../parts/sheet.js";
import { cleared, countOf, shopAddress, whereOf, wishesOf } from "../parts/wishes.js";
import { announce } from "../router.js";

const SORTS = [
  ["", "Shop order"],
  ["price", "Lowest price first"],
  ["-price", "Highest price first"],
  ["title", "Title, A to Z"],
];

let shop = null;

/** @param {HTMLElement} root @param {import("../router.js").Place} place */
export async function render(root, place) {
  shop = build(place);
  root.append(shop.heading, shop.layout);
  await show(place);
}

/** Another query at the same address: the filters and the grid follow. @param {import("../router.js").Place} place */
export async function update(place) {
  await show(place);
  if (!place.back && !place.signal.aborted) scrollTo({ top: 0, behavior: "instant" });
}

function build(place) {
  const own = {};
  const change = (wishes) => {
    const slides = Boolean(wishes.price && own.wishes.price); // a thumb that moves on leaves no trail
    void place.go(shopAddress(wishes), { replace: slides || own.sheet.isOpen() });
  };
  own.title = el("h1", null);
  own.count = el("p", { class: "count-said" }, " ");
  own.sort = el("select", { id: "sort", on: { change: () => change({ ...own.wishes, sort: own.sort.value }) } });
  own.chips = el("ul", { class: "chips", "aria-label": "Filters that hold" });
  own.panel = facetPanel(change);
  own.grid = endlessGrid(
    (offset, signal) => get("/v1/products", { params: asked(own.wishes, offset), signal, kept: own.back }),
    place.signal,
  );
  own.said = el("div", { class: "shop-said" });
  own.aside = el("aside", { class: "shop-filters", "aria-label": "Filters" }, el("h2", { class: "unseen" }, "Filters"));
  own.sheet = sheetFor(own.panel.element, own.aside, place.signal, () => change(cleared(own.wishes)));
  own.heading = el(
    "header",
    { class: "shop-head" },
    el("div", { class: "shop-name" }, own.title, own.count),
    el("div", { class: "shop-order" }, el("label", { for: "sort" }, "Order"), own.sort),
  );
  own.layout = el(
    "div",
    { class: "shop-layout" },
    el("a", { class: "skip", href: "#products" }, "Skip the filters"),
    own.aside,
    el("div", { class: "shop-body" }, own.chips, own.said, el("h2", { class: "unseen" }, "Products"), own.grid.element),
    own.sheet.opener,
  );
  return own;
}

async function show(place) {
  const own = shop;
  const wishes = wishesOf(place.params);
  Object.assign(own, { wishes, back: place.back });
  head(own, wishes, place);
  own.grid.wait();
  own.layout.setAttribute("aria-busy", "true");
  const params = { ...asked(wishes, 0), facets: "true" };
  const answer = await get("/v1/products", { params, signal: place.signal, kept: place.back }).catch((error) => {
    if (own.wishes === wishes) throw error;
  });
  if (own.wishes !== wishes) return; // other wishes came meanwhile
  own.layout.removeAttribute("aria-busy");
  const said = `${answer.total.toLocaleString("en-GB")} ${answer.total === 1 ? "product" : "products"}`;
  own.count.textContent = said;
  own.sheet.say(said, countOf(wishes));
  fill(own.said, answer.total === 0 && nothing(wishes));
  own.layout.classList.toggle("bare", answer.total === 0 && countOf(wishes) === 0);
  own.grid.show(answer.total, answer.products);
  own.panel.show(answer.facets ?? {}, wishes); // after the grid, whose pictures are asked for meanwhile
  own.grid.onFailure((error) => fill(own.said, el("p", { class: "said" }, `${error.message} ${error.nextStep ?? ""}`)));
  announce(said);
}

/** What the address alone says: shown before any answer, so that nothing moves when it comes. */
function head(own, wishes, place) {
  const kind = wishes.category.map((path) => path.split(">").at(-1).trim()).join(", ");
  const title = wishes.text ? `“${wishes.text}”${kind ? ` in ${kind}` : ""}` : kind || "Everything";
  own.title.textContent = title;
  place.title(title === "Everything" ? "" : title);
  const sorts = wishes.text ? [["", "Best match"], ...SORTS.slice(1)] : SORTS;
  fill(
    own.sort,
    sorts.map(([value, words]) => el("option", { value }, words)),
  );
  own.sort.value = sorts.some(([value]) => value === wishes.sort) ? wishes.sort : "";
  showChips(own.chips, wishes);
  showSearched(wishes.text);
}

function asked(wishes, offset) {
  return { where: whereOf(wishes), text: wishes.text, sort: wishes.sort, limit: PAGE, offset: offset || null };
}

const isBare = (wishes) => !wishes.text && countOf(wishes) === 0;

function nothing(wishes) {
  if (isBare(wishes)) {
    return notice({
      title: "There is nothing in this shop yet",
      text: "Drop a table of products, a folder or a few pictures, and they appear here.",
      mark: "plus",
      actions: [el("a", { class: "button", href: "/add" }, icon("plus"), "Add products")],
    });
  }
  const chips = chipsOf(wishes);
  const without = chips
    .slice(0, 3)
    .map(({ said, without }) => el("a", { class: "button quiet", href: shopAddress(without) }, `Without ${said}`));
  const everything = el("a", { class: "button", href: "/" }, "Show everything");
  return notice({
    title: wishes.text && !chips.length ? `Nothing is called “${wishes.text}”` : "Nothing matches all of that",
    text: wishes.text
      ? "Titles, brands and categories are searched. Fewer or shorter words find more."
      : "Take one of the filters away, and there is more to see.",
    mark: "search",
    actions: [everything, ...(chips.length > 1 || wishes.text ? without : [])],
  });
}
