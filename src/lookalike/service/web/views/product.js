/** One product: its pictures, what it is, its variants, and what looks like it. */

import { address, get, productPath } from "../api.js";
import { alikeShelf } from "../parts/alike.js";
import { besideShelf } from "../parts/beside.js";
import { coloursFor } from "../parts/buts.js";
import { kind } from "../parts/card.js";
import { findingsLine, findingsOf } from "../parts/doctor-line.js";
import { copiesLine, copiesOf } from "../parts/duplicates-line.js";
import { el, fill, icon } from "../parts/el.js";
import { named } from "../parts/named.js";
import { gallery } from "../parts/gallery.js";
import { heart } from "../parts/heart.js";
import { money } from "../parts/money.js";
import { notice } from "../parts/notice.js";
import { picture } from "../parts/picture.js";
import { noteLooked } from "../parts/shopper.js";
import { colourShares } from "../parts/swatch.js";
import { tell } from "../parts/telling.js";

const LONG = 90; // letters from which a title is set smaller
const PATIENCE = 600; // milliseconds that a product waits for its copies, its findings and the colours there are; later nothing moves any more

let shelf = null;
let last = ""; // the product whose page was opened last

/** @param {HTMLElement} root @param {import("../router.js").Place} place */
export async function render(root, place) {
  root.append(waiting());
  const id = decoded(place.path.slice("/product/".length));
  const asked = copiesOf(id, { signal: place.signal, kept: place.back });
  const examined = findingsOf(id, { signal: place.signal });
  let answer;
  try {
    answer = await get(`/v1/products/${encodeURIComponent(id)}`, { signal: place.signal, kept: place.back });
  } catch (error) {
    if (error.status !== 404) throw error;
    return void fill(root, gone(place));
  }
  const { product, variants } = answer;
  place.title(product.title || product.id);
  const options = { signal: place.signal, kept: place.back };
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, null));
  const [copies, found, colours] = await Promise.all([asked, examined, coloursFor(product, place.params.get("colour"), options)].map((one) => Promise.race([one, late])));
  if (place.signal.aborted) return;
  shelf = alikeShelf(product, colours ?? [], place);
  const beside = besideShelf(product, place);
  fill(root, el("article", { class: "product" }, gallery(product), facts(product, variants, copies, found)), shelf.element, beside.elements);
  looked(product.id);
  await shelf.begin();
  await beside.begin();
}

/** The wishes of the same product changed, as by going back. @param {import("../router.js").Place} place */
export async function update(place) {
  await shelf?.turn(place.params);
}

/** A product's page was opened; once while the page is not left. */
function looked(id) {
  if (id !== last) void tell("viewed", id);
  last = id;
  noteLooked(id);
}

/** In the shop's words: what the service says of it is for those who build on it. */
function gone(place) {
  place.title("No such product");
  return notice({
    title: "This product is not in the shop any more",
    text: "It may have sold out, or its address was mistyped. What is like it may still be here.",
    level: 1,
    mark: "search",
    actions: [
      el("a", { class: "button", href: "/" }, "To the shop"),
      el("button", { class: "button quiet", type: "button", on: { click: search } }, "Search the shop"),
    ],
  });
}

const search = () => document.querySelector("#find-text").focus();

function facts(product, variants, copies, found) {
  const title = product.title || product.id;
  return el(
    "div",
    { class: "facts" },
    path(product.category),
    el("h1", { dir: "auto", class: title.length > LONG ? "long" : null }, title),
    product.brand &&
      el(
        "p",
        { class: "facts-brand" },
        "by ",
        el("a", { href: address("/", { brand: product.brand }) }, product.brand),
      ),
    (product.price || product.availability) &&
      el("p", { class: "facts-price" }, money(product.price), availability(product)),
    acts(product),
    copiesLine(product.id, copies),
    findingsLine(product.id, found),
    variants.length > 0 && variantRow(product, variants),
    palette(product.colours),
    product.description && el("p", { class: "facts-text" }, product.description),
    outward(product.link),
    details(product),
  );
}

function acts(product) {
  const look = el("a", { class: "button quiet", href: address("/outfit", { id: product.id }) }, icon("hanger"), "Complete the look");
  return el("p", { class: "facts-acts" }, heart(product, { words: true }), look);
}

function path(category) {
  const levels = category
    .split(">")
    .map((level) => level.trim())
    .filter(Boolean);
  if (!levels.length) return null;
  const links = levels.map((level, depth) =>
    el("li", null, el("a", { href: address("/", { category: levels.slice(0, depth + 1).join(" > ") }) }, level)),
  );
  return el(
    "nav",
    { class: "path", "aria-label": "Category" },
    el("ol", null, el("li", null, el("a", { href: "/" }, "Everything")), links),
  );
}

function availability({ availability }) {
  if (!availability) return null;
  const words = availability.replace(/[_-]+/g, " ").toLowerCase();
  const mood = /out of|sold/.test(words) ? "out" : /in stock|available/.test(words) ? "in" : "other";
  return el("span", { class: `stock stock-${mood}` }, words.charAt(0).toUpperCase() + words.slice(1));
}

function variantRow(product, variants) {
  const tile = (one, current) =>
    el(
      current ? "span" : "a",
      {
        class: "variant",
        href: current ? null : productPath(one.id),
        "aria-current": current ? "true" : null,
        role: current ? "img" : null,
        "aria-label": `${one.title || one.id}${current ? ", shown here" : ""}`,
        title: one.title || one.id,
      },
      picture(one.pictures[0], "", { sizes: "72px", widths: [128, 256], width: 128 }),
      el("span", { class: "variant-words", "aria-hidden": "true" }, shortName(one)),
    );
  return el(
    "section",
    { class: "variants", "aria-label": "Variants" },
    el("h2", { class: "facts-head" }, variants.length === 1 ? "Also comes as" : `Comes in ${variants.length + 1}`),
    el("ul", null, [el("li", null, tile(product, true)), ...variants.map((one) => el("li", null, tile(one, false)))]),
  );
}

/** What sets a variant apart: its colour in the table, else the main colour measured on it. */
function shortName(variant) {
  const told = variant.attributes?.color ?? variant.attributes?.colour;
  return (told || (colourShares(variant.colours)[0]?.[0] ?? "")).replaceAll("/", "/\u200b");
}

function palette(colours) {
  const shares = colourShares(colours);
  if (!shares.length) return null;
  const bar = el(
    "div",
    { class: "palette-bar", "aria-hidden": "true" },
    colours.map(({ hex, share }) => el("i", { style: { background: hex, "flex-grow": String(share) } })),
  );
  const hexOf = (name) => colours.find((one) => one.name === name)?.hex;
  const row = ([name, share]) =>
    el(
      "li",
      null,
      el(
        "a",
        {
          href: address("/", { colour: name }),
          "aria-label": `${name} ${Math.round(100 * share)}%: show everything ${name}`,
        },
        el("i", { style: { background: hexOf(name) } }),
        name,
        el("span", { class: "soft" }, `${Math.round(100 * share)}%`),
      ),
    );
  return el(
    "section",
    { class: "palette", "aria-label": "Colours" },
    el("h2", { class: "facts-head" }, "Colours"),
    bar,
    el("ul", null, shares.map(row)),
  );
}

function outward(link) {
  if (!/^https?:\/\//i.test(link ?? "")) return null;
  return el(
    "p",
    null,
    el(
      "a",
      { class: "button quiet", href: link, target: "_blank", rel: "noopener noreferrer" },
      "See it at the shop",
      icon("out"),
    ),
  );
}

function details(product) {
  const rows = [
    ["Product id", product.id],
    ["Kind", kind(product)],
    ["Style", product.group],
    ...Object.entries(product.attributes ?? {}).map(([name, value]) => [named(name), value]),
  ];
  const shown = rows.filter(([, value]) => value);
  return el(
    "details",
    { class: "details" },
    el("summary", null, "Details", icon("down")),
    el(
      "dl",
      null,
      shown.map(([name, value]) => el("div", null, el("dt", null, name), el("dd", null, value))),
    ),
  );
}

function waiting() {
  return el(
    "div",
    { class: "product waiting", "aria-hidden": "true" },
    el("div", { class: "gallery" }, el("div", { class: "gallery-stage" }, el("span", { class: "tile" }))),
    el(
      "div",
      { class: "facts" },
      el("span", { class: "bar" }),
      el("span", { class: "bar wide" }),
      el("span", { class: "bar" }),
    ),
  );
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
