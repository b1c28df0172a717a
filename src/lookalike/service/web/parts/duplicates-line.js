/** On a product's page: where else its picture is. */

import { get, productPath } from "../api.js";
import { el } from "./el.js";

const SHOWN = 4;

/** Resolves to the other products that show one of a product's pictures; none where that is not known. */
export async function copiesOf(id, options) {
  const answer = await get("/v1/duplicates", { ...options, params: { product: id } }).catch(() => null);
  const found = new Map();
  for (const { members } of answer?.groups ?? []) {
    for (const { id: other, product } of members) if (other !== id) found.set(other, product?.title || other);
  }
  return [...found].map(([other, title]) => ({ id: other, title }));
}

/** The line; null without copies. */
export function copiesLine(id, copies) {
  if (!copies?.length) return null;
  const shown = copies.slice(0, SHOWN);
  const links = shown.flatMap((one, at) => [at > 0 && ", ", el("a", { href: productPath(one.id) }, one.title), el("span", { class: "soft" }, ` (${one.id})`)]);
  const more = copies.length - shown.length;
  return el("p", { class: "copies" }, "The same picture is also at ", links, more > 0 && ` and ${more} more`, ". ",
    el("a", { href: `/duplicates?product=${encodeURIComponent(id)}` }, "Compare them"));
}
