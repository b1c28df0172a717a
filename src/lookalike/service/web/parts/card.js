/** A product as a card: its picture, what it is, its price, why it is here, and more like it. */

import { productPath } from "../api.js";
import { bars, told } from "./alikeness.js";
import { el, icon } from "./el.js";
import { copiesOf } from "./folded.js";
import { heart, refusal } from "./heart.js";
import { money, priced } from "./money.js";
import { picture, thumbnail } from "./picture.js";
import { dots } from "./swatch.js";

const THUMBS = 5; // small pictures of variants that a card has room for

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
 * @typedef {{id: string, score: number, product: Product, similarity: number | null, closeness: number | null,
 *   same_product: number | null, evidence: Record<string, number>, why: {kind: string, text: string, value: any}[],
 *   sentence: string, copies: string[], variants: string[]}} Result
 */

/**
 * A card of a product, or of a result with why it is here. `tag` is what it is made of ("li" in a list),
 * `sizes` how wide its picture is shown, `eager` loads it at once. `examples` says which of "more like this" and
 * "less like this" it offers beside the heart: pressed, they send the event "example" {side, product}; "own" offers
 * "not for me" instead, which sends "refuse" {product}, and "heart" neither. What says why sends "why" {id}.
 * @param {Result | Product} shown
 * @param {{tag?: string, sizes?: string, eager?: boolean, examples?: "both" | "more" | "own" | "heart" | "none"}} [options]
 * @returns {HTMLElement}
 */
export function card(shown, { tag = "li", sizes, eager, examples = "more" } = {}) {
  const result = "product" in shown ? shown : null;
  const product = result?.product ?? shown;
  const title = product.title || product.id;
  const best = result?.evidence?.picture ?? 0;
  const node = el(
    tag,
    { class: "card", dataset: { id: product.id } },
    picture(product.pictures[best] ?? product.pictures[0], "", { sizes, eager }),
    isAway(product) && el("span", { class: "away" }, "Out of stock"),
    el(
      "div",
      { class: "card-words" },
      el("p", { class: "card-brand" }, [product.brand, kind(product)].filter(Boolean).join(" · ")),
      el(
        "h3",
        { class: "card-title" },
        el("a", { href: productPath(product.id), dir: "auto", dataset: { key: `card ${product.id}` } }, title),
      ),
      el("p", { class: "card-price" }, product.price && el("span", null, money(product.price)), dots(product.colours)),
      result && reason(result, title),
      result && variantsOf(result, title),
      result && copiesOf(result, title),
    ),
    examples !== "none" && heart(product),
    examples === "own" && el("div", { class: "card-acts" }, refusal(product)),
    (examples === "both" || examples === "more") && acts(product, title, examples === "both"),
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

/** How alike it is and why it is here, as the service measured both; a press tells all of it. */
function reason(result, title) {
  const { alike, rest } = told(result);
  const why = el(
    "button",
    {
      type: "button",
      class: "alike-mark",
      "aria-label": `${alike ? `${alike}. ` : ""}Why ${title} is here`,
      dataset: { key: `why ${result.id}` },
      on: { click: (event) => tell(event.currentTarget, "why", { id: result.id }) },
    },
    alike && bars(result.closeness),
    alike || "Why?",
  );
  const sentence = rest && el("span", { class: "sentence" }, priced(rest));
  return el("p", { class: "reason" }, alike ? [why, sentence] : [sentence, why]);
}

/** Products of the same group that are folded into a result, as small pictures that lead to them. */
function variantsOf({ id, variants }, title) {
  if (!variants?.length) return null;
  const many = variants.length;
  const shown = variants.slice(0, many > THUMBS ? THUMBS - 1 : THUMBS);
  const thumb = (other, at) =>
    el(
      "a",
      { href: productPath(other), "aria-label": `Variant ${at + 1} of ${many} of ${title}`, dataset: { key: `variant ${other}` } },
      thumbnail(other),
    );
  return el(
    "p",
    { class: "card-variants" },
    shown.map(thumb),
    many > shown.length &&
      el(
        "a",
        { href: productPath(id), class: "card-variants-more", "aria-label": `${many - shown.length} more variants of ${title}` },
        `+${many - shown.length}`,
      ),
  );
}

function acts(product, title, both) {
  const act = (side, name, words, mark) =>
    el(
      "button",
      {
        type: "button",
        class: `${name}-like`,
        "aria-label": `${words} like ${title}`,
        title: `${words} like this`,
        dataset: { key: `${name} ${product.id}` },
        on: { click: (event) => tell(event.currentTarget, "example", { side, product }) },
      },
      icon(mark),
      el("span", { "aria-hidden": "true" }, side === "like" ? "More like this" : "Less"),
    );
  return el("div", { class: "card-acts" }, act("like", "more", "More", "liked"), both && act("unlike", "less", "Less", "disliked"));
}

const tell = (node, name, detail) => node.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));

const isAway = (product) => /out.?of.?stock|sold.?out/i.test(product.availability ?? "");
