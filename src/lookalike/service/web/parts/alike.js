/** The shelf "Looks like this": a dial, wishes, and cards that follow them. */

import { get, productPath } from "../api.js";
import { announce } from "../router.js";
import { card, ghost, kind } from "./card.js";
import { dial, shareOf, weightsOf } from "./dial.js";
import { el, fill, icon } from "./el.js";
import { reorder } from "./flip.js";
import { foldedLine } from "./folded.js";
import { money } from "./money.js";
import { notice } from "./notice.js";
import { picture } from "./picture.js";
import { term } from "./wishes.js";

const REST = 90; // milliseconds the dial rests before the order is asked for
const STEP = 12;
const MOST = 96;

/**
 * The shelf of a product, following the address. `begin` asks for its first answer.
 * @param {import("./card.js").Product} product
 * @param {import("../router.js").Place} place
 */
export function alikeShelf(product, place) {
  const shelf = { product, place, cards: new Map(), asking: null, state: stateOf(place.params) };
  shelf.list = el("ul", { class: "grid shelf", "aria-label": "Looks like this" });
  shelf.said = el("div", { class: "alike-said" });
  shelf.folded = foldedLine(() => turn(shelf, { duplicates: !shelf.state.duplicates }));
  shelf.more = el(
    "p",
    { class: "alike-more", hidden: true },
    el(
      "button",
      {
        type: "button",
        class: "button quiet",
        on: { click: () => turn(shelf, { k: Math.min(shelf.state.k + STEP, MOST) }) },
      },
      "Show more",
    ),
  );
  shelf.list.append(...Array.from({ length: STEP }, () => ghost()));
  shelf.element = el(
    "section",
    { class: "alike", id: "alike", tabindex: "-1", "aria-labelledby": "alike-title" },
    el("div", { class: "alike-head" }, name(product), controls(shelf)),
    shelf.said,
    shelf.folded.element,
    shelf.list,
    shelf.more,
  );
  return { element: shelf.element, begin: () => follow(shelf, true) };
}

/** The heading, with what "this" is: whoever comes by "More like this" does not see the product above. */
function name(product) {
  const small = picture(product.pictures[0], "", { sizes: "48px", widths: [128], width: 128, eager: true });
  const words = el(
    "div",
    null,
    el("h2", { id: "alike-title" }, "Looks like this"),
    el("p", null, product.title || product.id),
  );
  return el("div", { class: "alike-name" }, small, words);
}

function controls(shelf) {
  let timer = 0;
  const turned = (share) => {
    clearTimeout(timer);
    timer = setTimeout(() => turn(shelf, { share }), REST);
  };
  shelf.place.signal.addEventListener("abort", () => clearTimeout(timer));
  const { category, price } = shelf.product;
  return el(
    "div",
    { class: "alike-controls" },
    category && toggle(shelf, "kind", `Same kind: ${kind(shelf.product)}`),
    price && toggle(shelf, "price", `Up to ${money(price)}`),
    dial(shelf.state.share, turned),
  );
}

function toggle(shelf, name, words) {
  const button = el(
    "button",
    {
      type: "button",
      class: "toggle",
      "aria-pressed": String(shelf.state.same.includes(name)),
      dataset: { key: `same ${name}` },
    },
    icon("check"),
    words,
  );
  button.addEventListener("click", () => {
    const same = shelf.state.same.includes(name)
      ? shelf.state.same.filter((one) => one !== name)
      : [...shelf.state.same, name];
    button.setAttribute("aria-pressed", String(same.includes(name)));
    turn(shelf, { same });
  });
  return button;
}

/** Take a wish: into the address, then into the order. */
function turn(shelf, wish) {
  shelf.state = { ...shelf.state, ...wish };
  void shelf.place.go(location.pathname + query(shelf.state) + location.hash, { replace: true, quiet: true });
  void follow(shelf, false);
}

async function follow(shelf, first) {
  shelf.asking?.abort();
  const asking = (shelf.asking = new AbortController());
  const { state, product, place } = shelf;
  try {
    const answer = await get(`/v1/similar/${encodeURIComponent(product.id)}`, {
      params: {
        k: state.k,
        weights: weightsOf(state.share),
        where: whereOf(product, state.same),
        duplicates: state.duplicates || null,
      },
      signal: AbortSignal.any([place.signal, asking.signal]),
      kept: first && place.back,
    });
    if (asking.signal.aborted || place.signal.aborted) return;
    show(shelf, answer, first);
  } catch (error) {
    if (error.name === "AbortError") return;
    fill(
      shelf.said,
      notice({
        title: error.message,
        text: error.nextStep,
        mark: "again",
        code: error.code,
        actions: [
          el(
            "button",
            { type: "button", class: "button quiet", on: { click: () => follow(shelf, first) } },
            "Try again",
          ),
        ],
      }),
    );
    shelf.folded.show(null);
    shelf.list.replaceChildren();
  }
}

function show(shelf, answer, first) {
  const { results } = answer;
  shelf.more.hidden = answer.complete || results.length < shelf.state.k || shelf.state.k >= MOST;
  fill(shelf.said, results.length === 0 && empty(shelf));
  shelf.folded.show(answer.explain, shelf.state.duplicates);
  const onward = query({ ...shelf.state, k: STEP, duplicates: false });
  const cards = results.map((result) => {
    const says = JSON.stringify([result.id, result.copies]);
    const known = shelf.cards.get(says) ?? card(result, { sizes: "(max-width: 720px) 46vw, 240px" });
    shelf.cards.set(says, known);
    return pointed(known, productPath(result.id), onward);
  });
  if (first) shelf.list.replaceChildren(...cards);
  else {
    reorder(shelf.list, cards);
    announce(`${results.length} products, the nearest first`);
  }
}

/** A card's links keep the dial and the wishes, which there mean the other product's kind and price. */
function pointed(node, path, onward) {
  const [title] = node.querySelectorAll(".card-title a");
  title.href = path + onward;
  const more = node.querySelector(".more-like");
  if (more) more.href = `${path}${onward}#alike`;
  return node;
}

function empty(shelf) {
  const filtered = shelf.state.same.length > 0;
  return el(
    "p",
    { class: "soft" },
    filtered
      ? "Nothing else in the shop passes these filters. "
      : "There is nothing else in the shop to compare with. ",
  );
}

function whereOf(product, same) {
  const terms = [];
  if (same.includes("kind") && product.category) terms.push(term("category", [product.category]));
  if (same.includes("price") && product.price) terms.push(`price<=${product.price.amount}${product.price.currency}`);
  return terms.filter(Boolean).join(" ");
}

function stateOf(params) {
  const k = Number(params.get("k") ?? STEP);
  return {
    share: shareOf(params.get("dial")),
    same: params.getAll("same"),
    k: k >= 1 && k <= MOST ? Math.floor(k) : STEP,
    duplicates: params.get("duplicates") === "true",
  };
}

function query({ share, same, k, duplicates }) {
  const params = new URLSearchParams();
  if (share > 0) params.set("dial", String(share));
  for (const one of same) params.append("same", one);
  if (k !== STEP) params.set("k", String(k));
  if (duplicates) params.set("duplicates", "true");
  const text = params.toString();
  return text && `?${text}`;
}
