/**
 * The shop: every product in a grid, or those nearest to words and examples, and filters made from the catalogue.
 *
 * Words ask for the best match first, which may look like them though nothing calls it so. In any other order they
 * are a filter: what is called so, all of it.
 */

import { get } from "../api.js";
import { chipsOf, showChips } from "../parts/chips.js";
import { el, fill, icon } from "../parts/el.js";
import { facetPanel } from "../parts/facets.js";
import { ALWAYS } from "../parts/examples.js";
import { PAGE, endlessGrid } from "../parts/grid.js";
import { showSearched } from "../parts/header.js";
import { notice } from "../parts/notice.js";
import { showRead } from "../parts/read.js";
import { countFrom, countMore, resultList } from "../parts/results.js";
import { sheetFor } from "../parts/sheet.js";
import { tray } from "../parts/tray.js";
import { cleared, countOf, filteredBy, isRanked, shopAddress, toggled, whereOf, wishesOf } from "../parts/wishes.js";
import { announce } from "../router.js";

const SORTS = [
  ["", "Shop order"],
  ["price", "Lowest price first"],
  ["-price", "Highest price first"],
  ["title", "Title, A to Z"],
];

const STEP = 24; // of the nearest to words or examples
const FOUND = "Found by name and by look.";

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
  if (place.signal.aborted) return;
  if (!place.back) scrollTo({ top: 0, behavior: "instant" });
  if (document.activeElement === document.body && isRanked(shop.wishes)) shop.nearest.focus(); // its card may have gone
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
  own.nearest = resultList({
    label: "Best matches",
    name: "nearest",
    sizes: "(max-width: 720px) 45vw, 240px",
    waiting: 12,
    more: () => more(own, place),
    fold: () => fold(own, place),
    take: (instead) => change(filteredBy(own.wishes, instead.where)),
    nothing: () => nothing(own.wishes),
  });
  own.read = el("p", { class: "read", hidden: true });
  own.said = el("div", { class: "shop-said" });
  own.body = el(
    "div",
    { class: "shop-body" },
    own.chips,
    own.read,
    own.said,
    el("h2", { class: "unseen" }, "Products"),
    own.grid.element,
    own.nearest.element,
  );
  own.tray = tray(own.body, {
    signal: place.signal,
    change: (examples) => void place.go(shopAddress(exampled(own.wishes, examples))),
  });
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
    own.body,
    own.sheet.opener,
  );
  return own;
}

async function show(place) {
  const own = shop;
  const wishes = wishesOf(place.params);
  if (!own.wishes) {
    turn(own, isRanked(wishes));
    if (isRanked(wishes)) own.nearest.wait();
    showRead(own.read, null, wishes, null, isRanked(wishes) && wishes.text && FOUND); // its place is kept
  }
  Object.assign(own, { wishes, back: place.back, params: place.params });
  head(own, wishes, place);
  own.tray.show(wishes);
  own.layout.setAttribute("aria-busy", "true");
  const answered = await (isRanked(wishes) ? rank : list)(own, wishes, place).catch((error) => {
    if (own.wishes === wishes) throw error;
  });
  if (own.wishes !== wishes) return; // other wishes came meanwhile
  own.layout.removeAttribute("aria-busy");
  const { said, facets, bare } = answered;
  own.count.textContent = said;
  own.sheet.say(said || "products", countOf(wishes));
  own.layout.classList.toggle("bare", bare);
  own.panel.show(facets ?? {}, wishes); // after the products, whose pictures are asked for meanwhile
  announce(said || "The best matches first");
}

/** Every product that passes, in an order of the shop. */
async function list(own, wishes, place) {
  own.grid.wait();
  turn(own, false);
  const params = { ...asked(wishes, 0), facets: "true" };
  const { total, products, facets } = await get("/v1/products", { params, signal: place.signal, kept: place.back });
  if (own.wishes !== wishes) return null;
  showRead(own.read, null);
  fill(own.said, total === 0 && nothing(wishes));
  own.grid.show(total, products);
  own.grid.onFailure((error) => fill(own.said, el("p", { class: "said" }, `${error.message} ${error.nextStep ?? ""}`)));
  return { said: counted(total), facets, bare: total === 0 && countOf(wishes) === 0 };
}

/** What is nearest to words and examples, the nearest first. */
async function rank(own, wishes, place) {
  const { text, like, unlike } = wishes;
  const k = countFrom(place.params.get("k"), STEP);
  const duplicates = place.params.get("duplicates") === "true";
  const where = whereOf(wishes);
  const params = { text, where, like, unlike, k, duplicates: duplicates || null, ...ALWAYS };
  const kept = { signal: place.signal, kept: place.back };
  const there = get("/v1/products", { params: { limit: 1, facets: "true", where }, ...kept }).catch(() => null);
  const answer = await get("/v1/search", { params, ...kept });
  if (own.wishes !== wishes) return null;
  turn(own, true);
  fill(own.said);
  const only = (colour) => void place.go(shopAddress(toggled(wishes, "colour", colour)));
  showRead(own.read, answer.explain.words, wishes, only, text && FOUND);
  own.nearest.show(answer, { k, duplicates, still: place.back });
  const said = answer.complete ? counted(answer.results.length) : "";
  return { said, facets: (await there)?.facets, bare: false };
}

/** Have either the list or the nearest on the page. */
function turn(own, nearest) {
  own.grid.element.hidden = nearest;
  own.nearest.element.hidden = !nearest;
}

const counted = (total) => `${total.toLocaleString("en-GB")} ${total === 1 ? "product" : "products"}`;

/** Wishes with other examples: those that something shall be like ask for an order of their own. */
function exampled(wishes, { like, unlike }) {
  const asks = like.length > 0 || wishes.text !== "";
  return { ...wishes, like, unlike: asks ? unlike : [], sort: like.length ? "" : wishes.sort };
}

/** The same question with one parameter more or less. */
function again(own, place, name, value) {
  const params = new URLSearchParams(own.params);
  if (value) params.set(name, value);
  else params.delete(name);
  void place.go(`/?${params}`, { replace: true, quiet: true });
  void show({ ...place, params, back: false });
}

const more = (own, place) => again(own, place, "k", String(countMore(countFrom(own.params.get("k"), STEP), STEP)));
const fold = (own, place) => again(own, place, "duplicates", own.params.get("duplicates") ? "" : "true");

/** What the address alone says: shown before any answer, so that nothing moves when it comes. */
function head(own, wishes, place) {
  const kind = wishes.category.map((path) => path.split(">").at(-1).trim()).join(", ");
  const named = wishes.text ? `“${wishes.text}”` : wishes.like.length ? "More like this" : "";
  const title = named ? `${named}${kind ? ` in ${kind}` : ""}` : kind || "Everything";
  own.title.textContent = title;
  place.title(title === "Everything" ? "" : title);
  const sorts = wishes.text ? [["", "Best match"], ...SORTS.slice(1)] : SORTS;
  fill(
    own.sort,
    sorts.map(([value, words]) => el("option", { value }, words)),
  );
  own.sort.value = sorts.some(([value]) => value === wishes.sort) ? wishes.sort : "";
  own.count.hidden = isRanked(wishes); // there is always something that is nearest
  own.sort.parentElement.hidden = wishes.like.length > 0; // the nearest first, as nothing else can be
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
      ? "Other words may find more, and so may a photo."
      : "Take one of the filters away, and there is more to see.",
    mark: "search",
    actions: [everything, ...(chips.length > 1 || wishes.text ? without : [])],
  });
}
