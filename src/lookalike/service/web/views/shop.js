/** The shop: every product, as a grid. */

import { get } from "../api.js";
import { card } from "../parts/card.js";
import { el } from "../parts/el.js";

/** @param {HTMLElement} root @param {import("../router.js").Place} place */
export async function render(root, place) {
  place.title("");
  const grid = el("ul", { class: "grid" });
  root.append(el("h1", { class: "unseen" }, "The shop"), grid);
  const answer = await get("/v1/products", { params: { limit: 48 }, signal: place.signal });
  grid.append(...answer.products.map((product) => card(product)));
}
