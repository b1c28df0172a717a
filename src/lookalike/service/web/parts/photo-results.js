/** Results of a photo that change while somebody looks: cards stay, move to their new places, come and go. */

import { card, ghost } from "./card.js";
import { el } from "./el.js";

const MOVE = { duration: 320, easing: "cubic-bezier(0.2, 0.7, 0.2, 1)" };
const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** A list of results: {element, wait(count), show(results)}. */
export function photoResults() {
  const list = el("ul", { class: "grid photo-grid", role: "list" });
  const cards = new Map();

  function wait(count) {
    cards.clear();
    list.replaceChildren(...Array.from({ length: count }, () => ghost("li")));
  }

  function show(results) {
    const before = still() ? new Map() : places(cards);
    const now = new Map(results.map((result) => [result.id, kept(cards, result)]));
    cards.clear();
    for (const [id, one] of now) cards.set(id, one);
    list.replaceChildren(...[...now.values()].map(({ node }) => node));
    move(now, before);
  }

  return { element: list, wait, show };
}

/** The card of a result: the one that is there when it still says the same. */
function kept(cards, result) {
  const says = JSON.stringify([result.product, result.why, result.evidence?.picture]);
  const before = cards.get(result.id);
  return before?.says === says ? before : { says, node: card(result, { sizes: "(max-width: 720px) 45vw, 220px" }) };
}

function places(cards) {
  return new Map([...cards].map(([id, { node }]) => [id, node.getBoundingClientRect()]));
}

function move(cards, before) {
  if (!before.size) return;
  const moved = [...cards].map(([id, { node }]) => [node, before.get(id), node.getBoundingClientRect()]);
  for (const [node, from, to] of moved) {
    if (to.top > innerHeight && (!from || from.top > innerHeight)) continue;
    if (!from) node.animate([{ opacity: 0, transform: "scale(0.96)" }, {}], MOVE);
    else if (from.left !== to.left || from.top !== to.top) {
      const by = `translate(${from.left - to.left}px, ${from.top - to.top}px)`;
      node.animate([{ transform: by }, {}], MOVE);
    }
  }
}
