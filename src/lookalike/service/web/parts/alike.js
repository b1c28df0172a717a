/** The shelf "Looks like this": what is to be otherwise, two dials, examples, and cards that follow them. */

import { address, get, productPath } from "../api.js";
import { announce } from "../router.js";
import { adjust } from "./adjust.js";
import { askedOf, butParams, butRow, butsOf, offeredButs } from "./buts.js";
import { shareOf, weightsOf } from "./dial.js";
import { oneAtATime } from "./drops.js";
import { el } from "./el.js";
import { ALWAYS, examplesOf } from "./examples.js";
import { notice } from "./notice.js";
import { picture } from "./picture.js";
import { countFrom, countMore, resultList } from "./results.js";
import { tray } from "./tray.js";

const STEP = 12;

/**
 * The shelf of a product, following the address. `begin` asks for its first answer.
 * @param {import("./card.js").Product} product
 * @param {{value: string, hex: string, count: number}[]} colours that there are of its kind
 * @param {import("../router.js").Place} place
 */
export function alikeShelf(product, colours, place) {
  const shelf = { product, place, asking: null, state: stateOf(place.params) };
  const { share, variety } = shelf.state;
  shelf.dials = adjust({ share, variety, turned: (wish) => turn(shelf, wish), signal: place.signal });
  shelf.results = resultList({
    label: "Looks like this",
    name: "shelf",
    sizes: "(max-width: 720px) 46vw, 240px",
    waiting: STEP,
    more: () => turn(shelf, { k: countMore(shelf.state.k, STEP) }),
    fold: () => turn(shelf, { duplicates: !shelf.state.duplicates }),
    take: (instead) => turn(shelf, { buts: offeredButs(product, shelf.state.buts, instead) }),
    nothing: () => el("p", { class: "soft" }, "There is nothing else in the shop to compare with."),
  });
  shelf.results.wait();
  shelf.buts = butRow(product, colours, (buts) => turn(shelf, { buts }));
  shelf.element = el(
    "section",
    { class: "alike", id: "alike", tabindex: "-1", "aria-labelledby": "alike-title" },
    el(
      "div",
      { class: "alike-head" },
      name(product),
      shelf.dials.element,
      shelf.buts.element,
    ),
    shelf.results.element,
  );
  oneAtATime(shelf.element, place.signal);
  shelf.tray = tray(shelf.element, { signal: place.signal, change: (examples) => turn(shelf, { examples }, { step: true }) });
  return { element: shelf.element, begin: () => follow(shelf, true), turn: (params) => take(shelf, params) };
}

/** The heading, with what "this" is: whoever comes from elsewhere does not see the product above. */
function name(product) {
  const small = picture(product.pictures[0], "", { sizes: "48px", widths: [128], width: 128, eager: true });
  const words = el("div", null, el("h2", { id: "alike-title" }, "Looks like this"), el("p", null, product.title || product.id));
  return el("div", { class: "alike-name" }, small, words);
}

/** Take a wish: into the address, then into the order. A `step` can be gone back from. */
function turn(shelf, wish, { step = false } = {}) {
  shelf.state = { ...shelf.state, ...wish };
  void shelf.place.go(location.pathname + query(shelf.state) + location.hash, { replace: !step, quiet: true });
  void follow(shelf, false);
  if (step) shelf.results.focus();
}

/** The address changed by going back or forth. */
function take(shelf, params) {
  shelf.state = stateOf(params);
  shelf.dials.show(shelf.state);
  return follow(shelf, false);
}

async function follow(shelf, first) {
  shelf.asking?.abort();
  const asking = (shelf.asking = new AbortController());
  const { state, product, place } = shelf;
  shelf.buts.show(state.buts);
  shelf.tray.show(state.examples);
  try {
    const answer = await get(`/v1/similar/${encodeURIComponent(product.id)}`, {
      params: {
        k: state.k,
        ...askedOf(product, state.buts),
        weights: weightsOf(state.share),
        diversity: state.variety || null,
        ...ALWAYS,
        ...state.examples,
        duplicates: state.duplicates || null,
      },
      signal: AbortSignal.any([place.signal, asking.signal]),
      kept: first && place.back,
    });
    if (asking.signal.aborted || place.signal.aborted) return;
    shelf.results.show(answer, { k: state.k, duplicates: state.duplicates, still: first });
    onward(shelf);
    if (!first) announce(`${answer.results.length} products, the nearest first`);
  } catch (error) {
    if (error.name === "AbortError") return;
    const again = el("button", { type: "button", class: "button quiet", on: { click: () => follow(shelf, first) } }, "Try again");
    shelf.results.say(notice({ title: error.message, text: error.nextStep, mark: "again", code: error.code, actions: [again] }));
  }
}

/** A card leads on with the dials and the wishes, which there mean the other product's price, brand and kind. */
function onward(shelf) {
  const kept = query({ ...shelf.state, examples: null, k: STEP, duplicates: false });
  for (const card of shelf.results.list.children) card.querySelector(".card-title a").href = productPath(card.dataset.id) + kept;
}

function stateOf(params) {
  return {
    buts: butsOf(params),
    examples: examplesOf(params),
    share: shareOf(params.get("dial")),
    variety: shareOf(params.get("variety")),
    k: countFrom(params.get("k"), STEP),
    duplicates: params.get("duplicates") === "true",
  };
}

function query({ buts, examples, share, variety, k, duplicates }) {
  return address("", {
    ...butParams(buts),
    ...examples,
    dial: share || null,
    variety: variety || null,
    k: k === STEP ? null : k,
    duplicates: duplicates || null,
  });
}
