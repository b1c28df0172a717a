/** What an answer folded because it shows the same picture: in words, with the way to see it. */

import { address } from "../api.js";
import { el } from "./el.js";

const NONE = { folded_by: { copies: 0 }, left_out: {} };

/** The copies that are folded into a result, as a link to where they are looked at. */
export function copiesOf({ id, copies }, title) {
  if (!copies?.length) return null;
  const words = `${copies.length} ${copies.length === 1 ? "copy" : "copies"}`;
  const href = address("/duplicates", { product: id });
  return el("p", { class: "card-copies" }, el("a", { href, "aria-label": `${words} of ${title}`, dataset: { key: `copies ${id}` } }, words));
}

/**
 * A line about an answer, blank while there is nothing to say; `turn` is called to let the copies in, or to
 * fold them again.
 * @param {() => void} turn
 * @returns {{element: HTMLElement, show: (explain: {folded_by: {copies: number}, left_out: Record<string, number>} | null, letIn?: boolean) => void}}
 */
export function foldedLine(turn) {
  const words = el("span");
  const button = el("button", { type: "button", class: "link", hidden: true, on: { click: turn } });
  const element = el("p", { class: "folded" }, words, button);
  function show(explain, letIn = false) {
    const said = letIn ? "Products that show the same picture are all here." : sentence(explain ?? NONE);
    button.hidden = !said;
    words.textContent = said;
    button.textContent = letIn ? "Fold them" : "Show all";
  }
  return { element, show };
}

function sentence({ folded_by: { copies: folded }, left_out }) {
  const own = left_out.copies ?? 0;
  const parts = [
    folded && `${products(folded)} folded into ${folded === 1 ? "one that shows" : "those that show"} the same picture`,
    own && `${products(own)} with this picture left out`,
  ].filter(Boolean);
  return parts.length ? `${parts.join(", ")}.` : "";
}

const products = (count) => `${count.toLocaleString("en-GB")} ${count === 1 ? "product" : "products"}`;
