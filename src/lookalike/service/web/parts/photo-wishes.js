/** What a shopper wishes of the results of a photo: words beside it, kind, colour, price, and the dials. */

import { get } from "../api.js";
import { adjust } from "./adjust.js";
import { chipButtons } from "./chips.js";
import { oneAtATime } from "./drops.js";
import { el } from "./el.js";
import { facetPanel } from "./facets.js";
import { whereOf } from "./wishes.js";

const REST = 250; // milliseconds without a key before what was written is asked

/**
 * A field for words, filters that open below their names, one at a time, and the dials. `onwishes(wishes)` and
 * `ondial({share} or {variety})` are told of every change.
 * @returns {{element: HTMLElement, show: (state: {wishes: import("./wishes.js").Wishes, share: number, variety: number}) => void}}
 */
export function photoWishes({ state, onwishes, ondial, signal }) {
  let newest = null;
  const panel = facetPanel(onwishes);
  const dials = adjust({ ...state, turned: ondial, signal });
  const chips = el("ul", { class: "chips", "aria-label": "Filters that hold" });
  const words = wordsField((text) => onwishes({ ...newest, text }));
  const element = el(
    "div",
    { class: "photo-wishes" },
    words.element,
    el("div", { class: "photo-filters", role: "group", "aria-label": "Filters" }, panel.element),
    dials.element,
    chips,
  );

  async function show({ wishes: now, share, variety }) {
    newest = now;
    dials.show({ share, variety });
    words.show(now.text);
    chipButtons(chips, now, onwishes);
    const asked = { limit: 1, facets: "true", where: whereOf(now) };
    const answer = await get("/v1/products", { params: asked, signal }).catch(() => null);
    if (!answer?.facets || now !== newest) return; // without them the results are there all the same
    const { category, colour, price } = answer.facets;
    panel.show({ category, colour, price }, now);
    mark(panel.element, now);
  }

  oneAtATime(element, signal);
  void show(state);
  return { element, show };
}

/** The filters start closed, and say which of them hold. */
function mark(panel, wishes) {
  for (const facet of panel.children) {
    if (!("drop" in facet.dataset)) facet.open = false;
    facet.dataset.drop = "";
    const wished = wishes[facet.dataset.facet];
    facet.toggleAttribute("data-held", Array.isArray(wished) ? wished.length > 0 : Boolean(wished));
  }
}

/** Words that the photo is to be seen with; asked as they are written. */
function wordsField(onwords) {
  let timer = 0;
  const field = el("input", { type: "search", name: "text", "aria-label": "Words beside the photo", placeholder: "Add words: in blue …", autocomplete: "off", enterkeyhint: "search", dataset: { key: "words" } });
  const ask = () => {
    clearTimeout(timer);
    onwords(field.value.trim());
  };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, REST);
  });
  const send = (event) => {
    event.preventDefault();
    ask();
  };
  return {
    element: el("form", { class: "photo-words", role: "search", "aria-label": "Words beside the photo", on: { submit: send } }, field),
    show: (text) => field !== document.activeElement && (field.value = text),
  };
}
