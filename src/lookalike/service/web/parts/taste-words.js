/** What is known of a shopper, in a sentence or two. */

import { roughly } from "./money.js";

const MOST = 3; // names of a kind that are said

/** "Sneakers, dresses and lamps". */
export function listed(names) {
  return names.length < 2 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** A band of prices: "€20 – €80". */
export function bandWords({ low, high, currency }) {
  return low === high ? `about ${roughly(low, currency)}` : `${roughly(low, currency)} – ${roughly(high, currency)}`;
}

/** What is learned, said to the shopper; "" where nothing is. @param {import("./taste.js").Taste} taste */
export function tasteWords({ learned }) {
  const names = (part) => learned[part].slice(0, MOST).map(({ name }) => name);
  const [kinds, colours, brands] = [names("kinds"), names("colours"), names("brands")];
  const parts = [
    kinds.length && `mostly ${listed(kinds.map((name) => name.toLowerCase()))}`,
    colours.length && `often in ${listed(colours)}`,
    brands.length && `by ${listed(brands)}`,
    learned.price && (learned.price.low === learned.price.high ? `for ${bandWords(learned.price)}` : `for ${bandWords(learned.price).replace(" – ", " to ")}`),
  ].filter(Boolean);
  return parts.length ? `You seem to like ${parts.join(", ")}.` : "";
}

const DONE = { liked: "you liked it", bought: "you bought it", carted: "it was in your basket", clicked: "you opened it", viewed: "you looked at it", disliked: "it is not for you", returned: "you gave it back" };

/** What a shopper did with a product. */
export const doneWords = (kind) => DONE[kind] ?? kind;
