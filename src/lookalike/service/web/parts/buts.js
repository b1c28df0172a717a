/** "This, but": what a shopper wants otherwise than in a product, and what is to stay. Each is a promise. */

import { get } from "../api.js";
import { el, icon } from "./el.js";
import { colourShares } from "./swatch.js";
import { fieldsOf, term } from "./wishes.js";

/**
 * @typedef {{colour: string, cheaper: boolean, brand: "" | "same" | "other", kind: boolean}} Buts
 *   a colour it is to have; cheaper than this; of this brand or of others; of this kind alone
 */

/** @param {URLSearchParams} params @returns {Buts} */
export function butsOf(params) {
  const brand = params.get("brand");
  return {
    colour: params.get("colour") ?? "",
    cheaper: params.get("cheaper") === "true",
    brand: brand === "same" || brand === "other" ? brand : "",
    kind: params.get("kind") === "same",
  };
}

/** As an address says them. @param {Buts} buts */
export const butParams = ({ colour, cheaper, brand, kind }) => ({
  colour,
  cheaper: cheaper || null,
  brand,
  kind: kind ? "same" : null,
});

/** As the service is asked. @param {import("./card.js").Product} product @param {Buts} buts */
export function askedOf({ brand, price }, buts) {
  const { colour } = buts;
  const but = [
    colour && term("colour", [colour]),
    buts.cheaper && price && `price<${price.amount}${price.currency}`,
    buts.brand === "other" && brand && term("brand", [brand], "!="),
  ];
  const where = buts.brand === "same" && brand ? term("brand", [brand]) : "";
  return { but: but.filter(Boolean).join(" "), where, recipe: buts.kind ? "same-kind" : null };
}

/** The wishes that something the service offers instead still asks for. @param {Buts} buts */
export function loosenedButs(buts, { but, where }) {
  const kept = fieldsOf([but, where].filter(Boolean).join(" "));
  const brand = kept.has("brand") ? buts.brand : "";
  return { ...buts, colour: kept.has("colour") ? buts.colour : "", cheaper: buts.cheaper && kept.has("price"), brand };
}

/** The colours that products of this one's kind have, the most frequent first, without its own. */
export async function coloursFor({ category, colours }, options) {
  const params = { limit: 1, facets: "true", where: category ? term("category", [category]) : null };
  const answer = await get("/v1/products", { ...options, params }).catch(() => null);
  const [own] = colourShares(colours);
  return (answer?.facets?.colour ?? []).filter(({ value }) => value !== own?.[0]);
}

/**
 * The row of wishes. `turn(buts)` is called with what a shopper wishes next.
 * @param {import("./card.js").Product} product
 * @param {{value: string, hex: string, count: number}[]} colours
 * @returns {{element: HTMLElement, show: (buts: Buts) => void}}
 */
export function butRow(product, colours, turn) {
  let held = null;
  const toggles = [
    product.price && ["cheaper", "Cheaper", () => held.cheaper, () => ({ cheaper: !held.cheaper })],
    product.brand && ["other brand", "Another brand", () => held.brand === "other", () => ({ brand: held.brand === "other" ? "" : "other" })],
    product.brand && ["same brand", "Same brand", () => held.brand === "same", () => ({ brand: held.brand === "same" ? "" : "same" })],
    ["kind", "Same kind", () => held.kind, () => ({ kind: !held.kind })],
  ].filter(Boolean);
  const press = (wish) => turn({ ...held, ...wish });
  const buttons = toggles.map(([key, words, isHeld, wish]) => ({
    isHeld,
    node: el("button", { type: "button", class: "toggle", dataset: { key }, on: { click: () => press(wish()) } }, icon("check"), words),
  }));
  const discs = colours.map(({ value, hex }) => ({
    isHeld: () => held.colour === value,
    node: el(
      "button",
      { type: "button", class: "disc", "aria-label": `In ${value}`, title: `In ${value}`, dataset: { key: `in ${value}` }, on: { click: () => press({ colour: held.colour === value ? "" : value }) } },
      el("i", { style: { background: hex } }, icon("check")),
    ),
  }));
  const row = el("div", { class: "discs", role: "group", "aria-label": "In another colour" }, discs.map(({ node }) => node));
  const element = el(
    "div",
    { class: "buts", role: "group", "aria-label": "This, but" },
    el("span", { class: "buts-name", "aria-hidden": "true" }, "This, but"),
    el("span", { class: "buts-row" }, buttons.map(({ node }) => node)),
    discs.length > 0 && row,
  );
  return {
    element,
    show(buts) {
      held = buts;
      for (const { node, isHeld } of [...buttons, ...discs]) node.setAttribute("aria-pressed", String(isHeld()));
    },
  };
}
