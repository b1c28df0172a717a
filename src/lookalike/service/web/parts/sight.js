/** Which products of an answer a shopper saw, and which they opened from it. */

import { tell } from "./telling.js";

const SEEN = 0.5; // the share of a card that is in sight
const REST = 500; // milliseconds for which it is
const MOST = 5000; // that are remembered as told

const told = new Set(); // "token id" of what was said to be shown

/**
 * Follow the cards of a list: `show(token)` says which answer its cards are of now.
 * @param {HTMLElement} list
 * @returns {{show: (token: string | undefined) => void}}
 */
export function watchCards(list) {
  let token = "";
  const resting = new Map(); // card → timer
  const seen = (card) => {
    const name = `${token} ${card.dataset.id}`;
    if (told.has(name) || !card.isConnected) return;
    if (told.size >= MOST) told.clear();
    told.add(name);
    void tell("shown", card.dataset.id, { answer: token });
  };
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        clearTimeout(resting.get(target));
        if (isIntersecting) resting.set(target, setTimeout(seen, REST, target));
        else resting.delete(target);
      }
    },
    { threshold: SEEN },
  );
  const opened = ({ target, button }) => {
    const link = button < 2 && target.closest(".card-title a");
    if (link && token) void tell("clicked", link.closest(".card").dataset.id, { answer: token });
  };
  list.addEventListener("click", opened);
  list.addEventListener("auxclick", opened);
  return {
    show(now) {
      token = now ?? "";
      watcher.disconnect();
      for (const timer of resting.values()) clearTimeout(timer);
      resting.clear();
      if (token) for (const card of list.querySelectorAll(".card:not(.ghost)")) watcher.observe(card);
    },
  };
}
