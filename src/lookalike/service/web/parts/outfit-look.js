/** A look: its pieces, what each could be swapped for, and what all of it costs. */

import { announce } from "../router.js";
import { card } from "./card.js";
import { el, fill } from "./el.js";
import { money } from "./money.js";
import { thumbnail } from "./picture.js";
import { watchCards } from "./sight.js";
import { showWhy } from "./why.js";

const SWAPS = 3;

/**
 * The pieces; `onsum({total, left})` is told of what they cost whenever that changes.
 * @param {(sum: {total: {amount: number, currency: string}, left: {amount: number, currency: string} | null}) => void} onsum
 */
export function lookPieces(onsum) {
  const list = el("ul", { class: "grid look-grid", id: "look", tabindex: "-1", "aria-label": "The look" });
  const cards = watchCards(list);
  let answer = null;
  let taken = []; // of each piece, which of what it may be is taken: 0 is the best fit
  list.addEventListener("why", ({ detail: { id } }) => {
    const result = answer.pieces.flatMap((piece) => options(piece)).find((one) => one.id === id);
    if (result) showWhy(result, answer);
  });

  const options = (piece) => [piece, ...piece.swaps];
  const chosen = (piece, at) => options(piece)[taken[at]];

  function draw() {
    fill(list, answer.product && item("You start with", answer.product, null), answer.pieces.map((piece, at) => item(piece.kind, chosen(piece, at), swapsOf(piece, at))));
    cards.show(answer.attribution);
    onsum(sum());
  }

  function item(kind, result, swaps) {
    const node = card({ ...result, evidence: result.evidence ?? {}, copies: [], variants: [] }, { sizes: "(max-width: 720px) 45vw, 240px", examples: "heart" });
    if (!result.sentence) node.querySelector(".reason")?.remove();
    node.querySelector(".card-words").prepend(el("p", { class: "look-kind" }, kind));
    return el("li", { class: "look-piece" }, asPart(node), swaps);
  }

  function swapsOf(piece, at) {
    const now = chosen(piece, at);
    const others = options(piece).map((one, place) => [one, place]).filter(([one]) => one !== now).slice(0, SWAPS);
    if (!others.length) return null;
    const swap = ([one, place]) => {
      const title = one.product.title || one.id;
      const words = differs(now.product.price, one.product.price);
      return el(
        "li",
        null,
        el(
          "button",
          { type: "button", class: "look-swap", "aria-label": `${title} instead: ${words}`, dataset: { key: `swap ${at} ${one.id}` }, on: { click: () => take(piece, at, place) } },
          thumbnail(one.id),
          el("span", null, el("span", { class: "look-swap-title" }, title), el("b", null, words)),
        ),
      );
    };
    return el("div", { class: "look-swaps" }, el("p", { class: "soft" }, "Or instead"), el("ul", null, others.map(swap)));
  }

  function take(piece, at, place) {
    const before = chosen(piece, at);
    taken[at] = place;
    draw();
    const { total } = sum();
    announce(`${chosen(piece, at).product.title || piece.kind} instead. ${money(total)} in all`);
    list.querySelector(`[data-key="${CSS.escape(`swap ${at} ${before.id}`)}"]`)?.focus({ preventScroll: true });
  }

  function sum() {
    const saved = answer.pieces.reduce((all, piece, at) => all + cents(piece.product.price) - cents(chosen(piece, at).product.price), 0);
    const less = (price, by) => price && { ...price, amount: (cents(price) + by) / 100 };
    return { total: less(answer.total, -saved), left: less(answer.left, saved) };
  }

  return {
    list,
    /** Show a look as the service chose it. */
    show(found) {
      answer = found;
      taken = found.pieces.map(() => 0);
      draw();
    },
    clear() {
      cards.show();
      list.replaceChildren();
    },
  };
}

/** A card within an item of a list, which is no item itself. */
function asPart(node) {
  const part = el("div", { class: node.className, dataset: { ...node.dataset } });
  part.append(...node.childNodes);
  return part;
}

const cents = (price) => Math.round(100 * (price?.amount ?? 0));

/** What taking another product changes. */
function differs(from, to) {
  const by = cents(from) - cents(to);
  const amount = money({ amount: Math.abs(by) / 100, currency: to.currency });
  return by > 0 ? `saves ${amount}` : by < 0 ? `${amount} more` : "costs the same";
}
