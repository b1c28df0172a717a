/** The shelf "Goes with it": products of other kinds that go with one, each with the reason why. */

import { get } from "../api.js";
import { card } from "./card.js";
import { el, fill } from "./el.js";
import { ALWAYS } from "./examples.js";
import { watchCards } from "./sight.js";
import { showWhy } from "./why.js";

const COUNT = 12;
const NEAR = "800px"; // below the window, from where it is asked for

/**
 * The shelf of a product; nothing at all where nothing goes with it. `begin` asks for it when it comes near, or at
 * once on the way back, so that the page is as long as it was.
 * @param {import("./card.js").Product} product
 * @param {import("../router.js").Place} place
 */
export function besideShelf(product, place) {
  const list = el("ul", { class: "row", "aria-label": "Goes with it" });
  const element = el("section", { class: "beside", "aria-labelledby": "beside-title", hidden: true });
  const cards = watchCards(list);
  let shown = null;
  list.addEventListener("why", ({ detail: { id } }) => {
    const result = shown.results.find((one) => one.id === id);
    if (result) showWhy(result, shown);
  });
  const options = { signal: place.signal, kept: place.back };

  async function ask() {
    try {
      const answer = await get(`/v1/goes-with/${encodeURIComponent(product.id)}`, { ...options, params: { k: COUNT, ...ALWAYS } });
      if (place.signal.aborted) return;
      show(answer);
    } catch (error) {
      if (error.name !== "AbortError") fail(error);
    }
  }

  function show(answer) {
    const { results } = answer;
    element.hidden = !results.length;
    if (!results.length) return;
    shown = answer;
    fill(list, results.map((result) => card(result, { sizes: "200px", examples: "heart" })));
    fill(element, head(), list);
    cards.show(answer.attribution);
  }

  function fail(error) {
    element.hidden = false;
    const again = el("button", { type: "button", class: "link", on: { click: () => void ask() } }, "Try again");
    fill(element, head(), el("p", { class: "soft" }, `${error.message} `, again));
  }

  async function begin() {
    if (place.back) return ask();
    const watcher = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        watcher.disconnect();
        void ask();
      },
      { rootMargin: NEAR },
    );
    watcher.observe(end);
    place.signal.addEventListener("abort", () => watcher.disconnect());
    return null;
  }

  const end = el("span", { class: "beside-end" }); // what is watched while the shelf is not there
  return { elements: [element, end], begin };
}

const head = () => el("h2", { id: "beside-title" }, "Goes with it");
