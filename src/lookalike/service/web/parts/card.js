/** A product as a card: its picture, what it is, its price, why it is here, and more like it. */

import { productPath } from "../api.js";
import { el, icon } from "./el.js";
import { copiesOf } from "./folded.js";
import { money } from "./money.js";
import { picture } from "./picture.js";
import { dots } from "./swatch.js";

/**
 * @typedef {object} Product
 * @property {string} id
 * @property {string} title
 * @property {string} brand
 * @property {string} category
 * @property {{amount: number, currency: string} | null} price
 * @property {string} availability
 * @property {{name: string, share: number, hex: string}[]} colours
 * @property {{position: number, url: string, width?: number, height?: number}[]} pictures
 *
 * @typedef {{kind: string, text: string, value: any}} Reason
 * @typedef {{id: string, score: number, product: Product, evidence: Record<string, number>, why: Reason[], copies: string[]}} Result
 */

/**
 * A card of a product, or of a result with its reasons. `tag` is what it is made of ("li" in a list),
 * `sizes` how wide its picture is shown, `eager` loads it at once, `href` and `more` lead elsewhere than
 * to the product and to what looks like it.
 * @param {Result | Product} shown
 * @param {{tag?: string, sizes?: string, eager?: boolean, href?: string, more?: string | null}} [options]
 * @returns {HTMLElement}
 */
export function card(shown, { tag = "li", sizes, eager, href, more } = {}) {
  const product = "product" in shown ? shown.product : shown;
  const title = product.title || product.id;
  const to = href ?? productPath(product.id);
  const alike = more === undefined ? `${productPath(product.id)}#alike` : more;
  const best = shown.evidence?.picture ?? 0;
  const node = el(
    tag,
    { class: "card", dataset: { id: product.id } },
    picture(product.pictures[best] ?? product.pictures[0], "", { sizes, eager }),
    isAway(product) && el("span", { class: "away" }, "Out of stock"),
    el(
      "div",
      { class: "card-words" },
      el("p", { class: "card-brand" }, [product.brand, kind(product)].filter(Boolean).join(" · ")),
      el("h3", { class: "card-title" }, el("a", { href: to, dir: "auto", dataset: { key: `card ${product.id}` } }, title)),
      el("p", { class: "card-price" }, product.price && el("span", null, money(product.price)), dots(product.colours)),
      reasons(shown.why, product.price?.currency),
      copiesOf(shown, title),
    ),
    alike && moreLike(title, alike, product.id),
  );
  return node;
}

/** The last level of a product's category. */
export const kind = (product) => product.category.split(">").at(-1).trim();

/** A card without its product, of the same size. */
export function ghost(tag = "li") {
  return el(
    tag,
    { class: "card ghost", "aria-hidden": "true" },
    el("span", { class: "tile" }),
    el(
      "div",
      { class: "card-words" },
      el("p", { class: "card-brand" }),
      el("p", { class: "card-title" }),
      el("p", { class: "card-price" }),
    ),
  );
}

/** Why a result is here, as the service measured it; `currency` is the one its price and the asking one share. */
export function reasons(why, currency = "") {
  if (!why?.length) return null;
  return el(
    "ul",
    { class: "why", "aria-label": "Why it is here" },
    why.map((reason) =>
      el(
        "li",
        { class: `reason reason-${reason.kind}`, dataset: { kind: reason.kind }, title: reason.text },
        said(reason, currency),
      ),
    ),
  );
}

/** A reason in few words: what stands on the card already is not said again. */
function said({ kind, text, value }, currency) {
  if (kind === "brand" || kind === "kind") return `same ${kind}`;
  if (kind !== "price" || !/ (less|more)$/.test(text)) return text;
  return `${money({ amount: Math.abs(value), currency })} ${value < 0 ? "less" : "more"}`;
}

const isAway = (product) => /out.?of.?stock|sold.?out/i.test(product.availability ?? "");

function moreLike(title, href, id) {
  return el(
    "a",
    { class: "more-like", href, "aria-label": `More like ${title}`, dataset: { key: `more ${id}` } },
    icon("alike"),
    el("span", { "aria-hidden": "true" }, "More like this"),
  );
}
