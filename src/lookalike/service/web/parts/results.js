/** Results as cards: those that are near, or plainly that none is, or what there is instead. */

import { card, ghost } from "./card.js";
import { el, fill } from "./el.js";
import { reorder } from "./flip.js";
import { foldedLine } from "./folded.js";
import { priced } from "./money.js";
import { watchCards } from "./sight.js";
import { showWhy } from "./why.js";

const MOST = 96;

/**
 * A list of results that follows the answers to a question.
 * `more()` asks for a step more, `fold()` lets copies in or folds them, `take(instead)` takes what is offered where
 * nothing passes, `nothing()` makes what is said where there is not even that.
 * `examples` is what its cards offer.
 * @param {{label: string, name: string, sizes: string, waiting: number, more: () => void, fold: () => void,
 *   take: (instead: any) => void, nothing: () => Node, examples?: "both" | "own"}} options
 */
export function resultList({ label, name, sizes, waiting, more, fold, take, nothing, examples = "both" }) {
  const list = el("ul", { class: `grid ${name}`, id: name, tabindex: "-1", "aria-label": label });
  const said = el("div", { class: "answer-said" });
  const folded = foldedLine(fold);
  const further = el("p", { class: "answer-more", hidden: true }, el("button", { type: "button", class: "button quiet", on: { click: more } }, "Show more"));
  const element = el("div", { class: "answer" }, said, list, folded.element, further);
  const cards = watchCards(list);
  const known = new Map(); // cards by what they say, so that they can move
  let shown = null;
  element.addEventListener("why", ({ detail: { id } }) => {
    const all = [shown, ...(shown?.instead ?? [])].flatMap((one) => one?.results ?? []);
    const result = all.find((one) => one.id === id);
    if (result) showWhy(result, shown);
  });

  function cardOf(result) {
    const says = JSON.stringify([result.id, result.evidence?.picture, result.closeness, result.sentence, result.copies, result.variants]);
    if (!known.has(says)) known.set(says, card(result, { sizes, examples }));
    return known.get(says);
  }

  return {
    element,
    list,
    /** Show that something is coming. */
    wait: () => list.children.length || list.append(...Array.from({ length: waiting }, () => ghost())),
    /** Show an answer; `k` results were asked for. With `still` the cards come without a glide. */
    show(answer, { k, duplicates = false, still = false }) {
      const fresh = shown === null;
      shown = answer;
      const { results, complete, explain } = answer;
      further.hidden = complete || results.length < k || k >= MOST;
      fill(said, results.length ? answer.nothing_close && farAway(explain) : (instead(answer, take) ?? nothing()));
      folded.show(explain, duplicates);
      const items = results.map(cardOf);
      if (fresh || still) list.replaceChildren(...items);
      else reorder(list, items);
      cards.show(answer.attribution);
    },
    /** Show something else in place of results. */
    say(...children) {
      shown = null;
      further.hidden = true;
      folded.show(null);
      fill(said, children);
      list.replaceChildren();
      cards.show();
    },
    /** Have the next Tab lead to the first card, and the window where the cards begin. */
    focus() {
      list.focus({ preventScroll: true });
      if (element.getBoundingClientRect().top < 0) element.scrollIntoView({ block: "start", behavior: "instant" });
    },
  };
}

/** How many results there may be when more are asked for. */
export const countMore = (k, step) => Math.min(k + step, MOST);

/** How many an address asks for. */
export function countFrom(text, step) {
  const k = Number(text ?? step);
  return k >= 1 && k <= MOST ? Math.floor(k) : step;
}

const farAway = ({ nothing_close: said }) => el("p", { class: "far" }, said || "Nothing here is close to that; this is the nearest there is.");

/** What there is when one wish is given up; null where that is not known. */
function instead({ instead: offers, explain }, take) {
  if (!offers?.length) return null;
  const offer = (one) => {
    const button = el("button", { type: "button", class: "button quiet", on: { click: () => take(one) } }, one.matching > one.results.length ? `Show all ${one.matching.toLocaleString("en-GB")}` : "Show them");
    return el(
      "li",
      { class: "instead" },
      el("p", { class: "instead-said" }, el("span", null, priced(one.said)), button),
      el("ul", { class: "grid instead-cards" }, one.results.map((result) => card(result, { sizes: "160px", examples: "none" }))),
    );
  };
  return el("div", { class: "insteads" }, el("p", null, el("b", null, priced(explain.unmet?.[0] ?? "Nothing has all of that."))), el("ul", null, offers.map(offer)));
}
