/** One product, and what looks like it. */

import { get } from "../api.js";
import { el } from "../parts/el.js";

/** @param {HTMLElement} root @param {import("../router.js").Place} place */
export async function render(root, place) {
  const answer = await get(`/v1/products/${place.path.slice("/product/".length)}`, { signal: place.signal });
  place.title(answer.product.title || answer.product.id);
  root.append(el("h1", null, answer.product.title || answer.product.id));
}
