/** A shopper's document: read, corrected, erased, and what was learned told by the products it is from. */

import { get, send } from "../api.js";
import { term } from "./filter.js";

/**
 * @typedef {{name: string, weight: number, from: number}} Learned
 * @typedef {{like: string[], avoid: string[]}} Words
 * @typedef {object} Taste
 * @property {string} user
 * @property {"history" | "session" | "profile" | "nothing"} known
 * @property {{kinds: Learned[], brands: Learned[], colours: Learned[], attributes: Record<string, Learned[]>,
 *   price: {low: number, high: number, currency: string} | null, items: {id: string, kind: string, time: number}[]}} learned
 * @property {{gender: string, sizes: string[], brands: Words, colours: Words, kinds: Words,
 *   budget: {max: number, currency: string} | null}} declared
 * @property {string[]} forgotten
 */

const PAGE = 200; // products asked for at once

const pathOf = (user) => `/v1/shoppers/${encodeURIComponent(user)}`;

/** Whether what is known of shoppers may be read and changed from here. */
export async function mayKeep() {
  return Boolean((await get("/v1/session").catch(() => null))?.write);
}

/** @returns {Promise<Taste>} */
export const readTaste = (user, options) => get(pathOf(user), options);

/** Forget all of a shopper, at the shop. */
export const eraseTaste = (user) => send("DELETE", pathOf(user));

let last = Promise.resolve();

/**
 * Change a document, one change after the other: `change(taste)` gives {declared} or {forgotten} or both, or null
 * where nothing is to change. Resolves to the document as it is then.
 * @param {(taste: Taste) => {declared?: any, forgotten?: string[]} | null} change
 * @returns {Promise<Taste>}
 */
export function changeTaste(user, change) {
  const mine = last.then(async () => {
    const taste = await readTaste(user);
    const next = change(taste);
    return next ? send("PUT", pathOf(user), next) : taste;
  });
  last = mine.catch(() => {});
  return mine;
}

/** Products are not to count any more. */
export const forgetting = (ids) => ({ forgotten }) => ({ forgotten: [...new Set([...forgotten, ...ids])] });

/** Products are to count again; null where none of them was forgotten. */
export const remembering = (ids) => ({ forgotten }) =>
  forgotten.some((id) => ids.includes(id)) ? { forgotten: forgotten.filter((id) => !ids.includes(id)) } : null;

/** The products of some ids that are in the shop, by id; `where` narrows them. */
export async function productsOf(ids, { where = "", ...options } = {}) {
  const found = new Map();
  for (let at = 0; at < ids.length; at += PAGE) {
    const params = { where: `${term("id", ids.slice(at, at + PAGE))} ${where}`.trim(), limit: PAGE };
    const { products } = await get("/v1/products", { ...options, params });
    for (const product of products) found.set(product.id, product);
  }
  return found;
}

const FIELDS = { kinds: "category", brands: "brand", colours: "colour" };

/** The ids of the products that a learned value is from. @param {"kinds" | "brands" | "colours"} part */
export async function sourcesOf(taste, part, name) {
  const ids = taste.learned.items.map(({ id }) => id);
  return [...(await productsOf(ids, { where: term(FIELDS[part], [name]) })).keys()];
}
