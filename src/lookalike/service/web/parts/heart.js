/** The heart: what a shopper likes is told to the shop, and taken back again. */

import { announce } from "../router.js";
import { el, icon } from "./el.js";
import { changeTaste, forgetting, mayKeep, remembering } from "./taste.js";
import { isLiked, madeShopper, noteLiked, shopperId, shoppers } from "./shopper.js";
import { tell } from "./telling.js";

/**
 * A button that likes a product; with `words` it says so beside the heart.
 * @param {import("./card.js").Product} product
 */
export function heart(product, { words = false } = {}) {
  const title = product.title || product.id;
  const press = (event) => like(product.id, title, event.currentTarget.getAttribute("aria-pressed") !== "true");
  const node = el(
    "button",
    {
      type: "button",
      class: words ? "button quiet heart-button" : "heart",
      "aria-label": `Like ${title}`,
      title: "Like",
      "aria-pressed": String(isLiked(product.id)),
      dataset: { heart: product.id, key: `heart ${product.id}` },
      on: { click: press },
    },
    icon("heart"),
    words && el("span", { "aria-hidden": "true" }, "Like"),
  );
  return node;
}

/** A button that says that a product is nothing for the shopper: sends the event "refuse" {product}. */
export function refusal(product) {
  const title = product.title || product.id;
  const press = (event) => event.currentTarget.dispatchEvent(new CustomEvent("refuse", { bubbles: true, detail: { product } }));
  return el(
    "button",
    { type: "button", class: "refuse", "aria-label": `Not for me: ${title}`, title: "Not for me", dataset: { key: `refuse ${product.id}` }, on: { click: press } },
    icon("close"),
    el("span", { "aria-hidden": "true" }, "Not for me"),
  );
}

let last = Promise.resolve(); // presses are kept one after the other, so that the last one holds

/** Like a product, or take it back. */
function like(id, title, liked) {
  if (liked) madeShopper();
  noteLiked(id, liked);
  announce(liked ? `You like ${title}` : `${title} is not liked any more`);
  const user = shopperId();
  const told = liked && tell("liked", id, { now: true });
  last = last.then(() => told).then(() => keep(user, id, title, liked));
}

async function keep(user, id, title, liked) {
  try {
    if (!liked) {
      if (!(await mayKeep())) throw new Error("This shop takes likes back only where it is run.");
      await changeTaste(user, forgetting([id]));
    } else if (await mayKeep()) await changeTaste(user, remembering([id]));
    shoppers.dispatchEvent(new CustomEvent("told", { detail: { id, liked } }));
  } catch (error) {
    if (liked) return; // it is told; that it had been forgotten could not be asked
    noteLiked(id, true);
    announce(`${title} is liked still. ${error.message}`);
  }
}

/** Tell that a product is nothing for the shopper. */
export function refuse(id) {
  madeShopper();
  noteLiked(id, false);
  return tell("disliked", id, { now: true });
}

shoppers.addEventListener("change", () => {
  for (const node of document.querySelectorAll("[data-heart]")) node.setAttribute("aria-pressed", String(isLiked(node.dataset.heart)));
});
