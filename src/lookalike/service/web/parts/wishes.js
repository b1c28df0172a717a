/** What a shopper wishes for, as an address says it and as a filter asks it. */

import { address } from "../api.js";
import { examplesOf } from "./examples.js";
import { amountOf, term, termsOf } from "./filter.js";

/**
 * @typedef {{low: number | null, high: number | null, currency: string}} PriceRange
 * @typedef {object} Wishes
 * @property {string[]} category
 * @property {string[]} brand
 * @property {string[]} colour
 * @property {string[]} availability
 * @property {Map<string, string[]>} attributes values by the name of the column
 * @property {PriceRange | null} price
 * @property {string} text words
 * @property {string[]} like ids of products that what is found shall be like
 * @property {string[]} unlike ids of those that it shall not be like
 * @property {string} sort
 */

/** The wishes with a list of values each. */
export const LISTS = ["category", "brand", "colour", "availability"];
const ATTRIBUTE = "attributes.";
const ORDERS = ["title", "price", "-price"]; // beside the shop's own, and the best match of words
const RANGE = /^(\d+(?:\.\d+)?)?-(\d+(?:\.\d+)?)?([A-Za-z]{3})?$/;

/** @param {URLSearchParams} params @returns {Wishes} */
export function wishesOf(params) {
  const attributes = new Map();
  for (const name of new Set(params.keys())) {
    if (name.startsWith(ATTRIBUTE)) attributes.set(name.slice(ATTRIBUTE.length), params.getAll(name).filter(Boolean));
  }
  const lists = Object.fromEntries(LISTS.map((name) => [name, params.getAll(name).filter(Boolean)]));
  return {
    ...lists,
    attributes,
    price: range(params.get("price")),
    text: /[\p{L}\p{N}]/u.test(params.get("text") ?? "") ? params.get("text") : "",
    ...examplesOf(params),
    sort: ORDERS.includes(params.get("sort")) ? params.get("sort") : "",
  };
}

/** The address of the shop under these wishes. @param {Wishes} wishes */
export function shopAddress(wishes) {
  const { text, sort, price, like, unlike } = wishes;
  const lists = Object.fromEntries(LISTS.map((name) => [name, wishes[name]]));
  const attributes = Object.fromEntries([...wishes.attributes].map(([name, values]) => [ATTRIBUTE + name, values]));
  const priced = price && `${price.low ?? ""}-${price.high ?? ""}${price.currency}`;
  return address("/", { text, ...lists, ...attributes, price: priced, like, unlike, sort });
}

/** The filter that asks for these wishes, in the grammar of `where`; "" when there are none. */
export function whereOf(wishes) {
  const terms = LISTS.map((name) => term(name, wishes[name]));
  for (const [name, values] of wishes.attributes) terms.push(term(ATTRIBUTE + name, values));
  const { low = null, high = null, currency = "" } = wishes.price ?? {};
  if (low !== null) terms.push(`price>=${low}${currency}`);
  if (high !== null) terms.push(`price<=${high}${currency}`);
  return terms.filter(Boolean).join(" ");
}

/** How many wishes there are, leaving out text and order. */
export function countOf(wishes) {
  const lists = [...LISTS.map((name) => wishes[name]), ...wishes.attributes.values()];
  return lists.reduce((sum, values) => sum + values.length, wishes.price ? 1 : 0);
}

/** Wishes with one value of a list put in, or taken out where it was in. `name` may be "attributes.NAME". */
export function toggled(wishes, name, value) {
  const values = valuesOf(wishes, name);
  const next = values.includes(value) ? values.filter((one) => one !== value) : [...values, value];
  return withValues(wishes, name, next);
}

/** Wishes with a list in place of another. */
export function withValues(wishes, name, values) {
  if (!name.startsWith(ATTRIBUTE)) return { ...wishes, [name]: values };
  const attributes = new Map(wishes.attributes);
  if (values.length) attributes.set(name.slice(ATTRIBUTE.length), values);
  else attributes.delete(name.slice(ATTRIBUTE.length));
  return { ...wishes, attributes };
}

/** The values wished for under a name. */
export function valuesOf(wishes, name) {
  return name.startsWith(ATTRIBUTE) ? (wishes.attributes.get(name.slice(ATTRIBUTE.length)) ?? []) : wishes[name];
}

/** Wishes without filters; text, examples and order stay. */
export function cleared({ text, like, unlike, sort }) {
  return { ...wishesOf(new URLSearchParams()), text, like, unlike, sort };
}

/** Whether what is nearest to these wishes is asked for, rather than a list of all that passes them. */
export const isRanked = ({ text, like, sort }) => like.length > 0 || (text !== "" && sort === "");

/** The same question under another filter, as the service offers it where nothing passes. */
export function filteredBy(wishes, where) {
  const next = cleared(wishes);
  for (const { field, op, values } of termsOf(where)) {
    if (field === "price") next.price = narrowed(next.price, op, amountOf(values[0]));
    else if (LISTS.includes(field)) next[field] = values;
    else next.attributes.set(field.startsWith(ATTRIBUTE) ? field.slice(ATTRIBUTE.length) : field, values);
  }
  return next;
}

function narrowed(price, op, limit) {
  if (!limit) return price;
  const { low = null, high = null } = price ?? {};
  const { amount, currency } = limit;
  return op.startsWith(">") ? { low: amount, high, currency } : { low, high: amount, currency };
}

function range(text) {
  const match = RANGE.exec(text ?? "");
  if (!match || (match[1] === undefined && match[2] === undefined)) return null;
  const number = (digits) => (digits === undefined ? null : Number(digits));
  return { low: number(match[1]), high: number(match[2]), currency: (match[3] ?? "").toUpperCase() };
}
