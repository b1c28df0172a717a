/** "This, but": what a shopper wants otherwise than in a product, and what is to stay. Each is a promise. */

import { get } from "../api.js";
import { kind } from "./card.js";
import { el, fill, icon } from "./el.js";
import { amountOf, term, termsOf } from "./filter.js";
import { roughly } from "./money.js";
import { colourShares } from "./swatch.js";

/**
 * @typedef {{colour: string, cheaper: boolean, upTo: string, brand: "" | "same" | "other", kind: boolean}} Buts
 *   a colour it is to have; cheaper than this, or up to an amount ("21.9EUR"); of this brand or of others; of this
 *   kind alone
 */

/** @param {URLSearchParams} params @returns {Buts} */
export function butsOf(params) {
  const brand = params.get("brand");
  return {
    colour: params.get("colour") ?? "",
    cheaper: params.get("cheaper") === "true",
    upTo: amountOf(params.get("upto") ?? "") ? params.get("upto") : "",
    brand: brand === "same" || brand === "other" ? brand : "",
    kind: params.get("kind") === "same",
  };
}

/** As an address says them. @param {Buts} buts */
export const butParams = ({ colour, cheaper, upTo, brand, kind }) => ({
  colour,
  cheaper: cheaper || null,
  upto: upTo,
  brand,
  kind: kind ? "same" : null,
});

/** As the service is asked. @param {import("./card.js").Product} product @param {Buts} buts */
export function askedOf({ brand, price }, buts) {
  const { colour } = buts;
  const but = [
    colour && term("colour", [colour]),
    buts.upTo && `price<=${buts.upTo}`,
    buts.cheaper && price && `price<${price.amount}${price.currency}`,
    buts.brand === "other" && brand && term("brand", [brand], "!="),
  ];
  const where = buts.brand === "same" && brand ? term("brand", [brand]) : "";
  return { but: but.filter(Boolean).join(" "), where, recipe: buts.kind ? "same-kind" : null };
}

/**
 * The wishes as the service offers them where nothing meets all of them. Its filters say nothing of the kind: that
 * it gives way is seen by what there is, or by filters that are those that were asked for.
 * @param {import("./card.js").Product} product
 * @param {Buts} buts
 * @returns {Buts}
 */
export function offeredButs(product, buts, { but, where, results }) {
  const terms = [...termsOf(but), ...termsOf(where)];
  const find = (field) => terms.find((one) => one.field === field);
  const [brand, price] = [find("brand"), find("price")];
  const cheaper = buts.cheaper && price?.op === "<";
  const asked = askedOf(product, buts);
  const count = termsOf(asked.but).length + termsOf(asked.where).length;
  const next = {
    colour: find("colour")?.values[0] ?? "",
    cheaper,
    upTo: price && !cheaper ? price.values[0] : "",
    brand: brand ? (brand.op === "!=" ? "other" : "same") : "",
  };
  const same = terms.length === count && Object.entries(next).every(([name, value]) => buts[name] === value);
  const others = product.category && results.some((one) => kind(one.product) !== kind(product));
  return { ...next, kind: buts.kind && !same && !others };
}

/** The colours that products of this one's kind have, the most frequent first, without its own unless that is `held`. */
export async function coloursFor({ category, colours }, held, options) {
  const params = { limit: 1, facets: "true", where: category ? term("category", [category]) : null };
  const answer = await get("/v1/products", { ...options, params }).catch(() => null);
  const own = colourShares(colours)[0]?.[0];
  const found = (answer?.facets?.colour ?? []).filter(({ value }) => value !== own || value === held);
  const lost = held && !found.some(({ value }) => value === held);
  return lost ? [...found, { value: held, hex: "transparent", count: 0 }] : found;
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
    ["up to", "", () => held.upTo, () => ({ upTo: "" })],
    product.brand && ["other brand", "Another brand", () => held.brand === "other", () => ({ brand: held.brand === "other" ? "" : "other" })],
    product.brand && ["same brand", "Same brand", () => held.brand === "same", () => ({ brand: held.brand === "same" ? "" : "same" })],
    ["kind", "Same kind", () => held.kind, () => ({ kind: !held.kind })],
  ].filter(Boolean);
  const press = (wish) => turn({ ...held, ...wish });
  const buttons = toggles.map(([key, words, isHeld, wish]) => ({
    key,
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
      for (const { node, isHeld } of [...buttons, ...discs]) node.setAttribute("aria-pressed", String(Boolean(isHeld())));
      const limit = buttons.find(({ key }) => key === "up to").node;
      const { amount, currency } = amountOf(held.upTo) ?? {};
      limit.hidden = !held.upTo;
      fill(limit, icon("check"), held.upTo && `Up to ${roughly(amount, currency)}`);
    },
  };
}
