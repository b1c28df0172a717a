/** The look under a budget: one product of each kind that fit best together, and what could be taken instead. */

import { address, get, productPath } from "../api.js";
import { ghost } from "../parts/card.js";
import { el, fill } from "../parts/el.js";
import { money, priced, roughly } from "../parts/money.js";
import { notice, problemNotice } from "../parts/notice.js";
import { lookPieces } from "../parts/outfit-look.js";
import { outfitWishes } from "../parts/outfit-wishes.js";
import { shopperId } from "../parts/shopper.js";
import { styles } from "../parts/styles.js";
import { announce } from "../router.js";

let shown = null;

/** @param {HTMLElement} root @param {import("../router.js").Place} place */
export async function render(root, place) {
  place.title("The look");
  await Promise.all(["for-you", "outfit"].map(styles));
  if (place.signal.aborted) return;
  const mine = (shown = build(place));
  root.append(mine.head, el("div", { class: "for-you look" }, mine.panel, mine.body));
  fill(mine.pieces.list, Array.from({ length: 4 }, () => ghost()));
  void get("/v1/products", { signal: place.signal, kept: true, params: { limit: 1, facets: "true" } }).then(({ facets }) => mine.wishes.names(kindsOf(facets)), () => {});
  await update(place);
}

/** Another look. @param {import("../router.js").Place} place */
export async function update(place) {
  const mine = shown;
  const state = stateOf(place.params);
  Object.assign(mine, { place, state });
  if (!mine.asked && (state.id || state.kinds.length)) prepare(mine);
  await follow(mine, true);
}

function stateOf(params) {
  const budget = /^(\d+(?:\.\d+)?)([A-Za-z]{3})?$/.exec(params.get("budget") ?? "");
  return {
    id: params.get("id") ?? "",
    kinds: [...new Set(params.getAll("kinds").filter(Boolean))],
    budget: budget ? Number(budget[1]) : null,
    currency: (budget?.[2] ?? "").toUpperCase(),
  };
}

/** The kinds that there are, by the last level of their categories. */
function kindsOf(facets) {
  const found = facets.category ?? [];
  const isLast = ({ path }) => !found.some((other) => other.path.startsWith(`${path} >`));
  return [...new Set(found.filter(isLast).map(({ value }) => value))].sort((one, other) => one.localeCompare(other));
}

function build(place) {
  const mine = { place, state: null, most: null, currency: "", kinds: [] };
  mine.lead = el("p", { class: "for-because" }, " ");
  mine.head = el("header", { class: "for-head" }, el("h1", null, "The look"), mine.lead);
  mine.wishes = outfitWishes({
    kinds: (kinds) => turn(mine, { kinds }),
    budget: (budget) => turn(mine, { budget }),
  });
  mine.sum = el("div", { class: "look-sum" });
  mine.said = el("div", { class: "look-said" });
  mine.pieces = lookPieces((sum) => showSum(mine, sum));
  mine.panel = el("aside", { class: "look-panel", "aria-label": "What the look is to be" }, mine.wishes.element, mine.sum);
  mine.body = el("div", { class: "look-body" }, mine.said, mine.pieces.list);
  return mine;
}

/** Take a wish into the address and ask again. */
function turn(mine, wish) {
  mine.state = { ...mine.state, ...wish };
  const { id, kinds, budget } = mine.state;
  const written = budget === null ? null : `${budget}${mine.currency}`;
  void mine.place.go(address("/outfit", { id, kinds, budget: written }), { replace: "budget" in wish, quiet: true });
  void follow(mine, false);
}

async function follow(mine, first) {
  mine.asking?.abort();
  const asking = (mine.asking = new AbortController());
  const { state, place } = mine;
  const options = { signal: AbortSignal.any([place.signal, asking.signal]), kept: first && place.back };
  if (!state.id && !state.kinds.length) return begin(mine);
  const ask = (budget) => get("/v1/outfit", { ...options, params: { id: state.id, kinds: state.kinds, budget, user: shopperId() } });
  try {
    mine.body.setAttribute("aria-busy", "true");
    const budget = state.budget === null ? null : `${state.budget}${mine.currency || state.currency}`;
    const asked = JSON.stringify([state.id, state.kinds]);
    const [answer, free] = await Promise.all([ask(budget), mine.asked !== asked && budget !== null ? ask(null) : null]);
    if (asking.signal.aborted || place.signal.aborted) return;
    if (mine.asked !== asked) mine.most = (free ?? answer).total.amount;
    mine.asked = asked;
    mine.body.removeAttribute("aria-busy");
    show(mine, answer);
    if (!first) announce(answer.complete ? `${money(answer.total)} in all` : answer.unmet.join(" "));
  } catch (error) {
    if (error.name === "AbortError") return;
    mine.body.removeAttribute("aria-busy");
    fail(mine, error);
  }
}

function show(mine, answer) {
  const { product, total, explain } = answer;
  mine.currency = total.currency;
  mine.kinds = explain.kinds;
  fill(mine.lead, product ? ["Around ", el("a", { href: productPath(product.id) }, product.product.title || product.id)] : "One of each kind that go well together");
  showWishes(mine);
  fill(mine.said, !answer.complete && unmet(mine, answer));
  mine.pieces.show(answer);
}

function showWishes(mine) {
  const { state, kinds, currency, most } = mine;
  mine.wishes.show({ kinds, chosen: state.kinds.length > 0, budget: state.budget, currency, most, alone: !state.id });
}

/** What is known before the first answer, in the place that it will have. */
function prepare(mine) {
  const { kinds, currency, budget } = mine.state;
  Object.assign(mine, { kinds, currency });
  showWishes(mine);
  showSum(mine, { total: null, left: budget === null ? null : { amount: 0, currency } });
}

/** What all of it costs, and what is left. */
function showSum(mine, { total, left }) {
  const { budget } = mine.state;
  const share = budget && total ? Math.min(1, total.amount / budget) : 0;
  fill(
    mine.sum,
    el("p", { class: "look-total" }, el("span", null, "In all"), el("b", null, total ? money(total) : "…")),
    left && el("p", { class: "look-left" }, el("span", null, `Left of ${roughly(budget, left.currency)}`), el("b", null, total ? money(left) : "…")),
    left && el("p", { class: "look-bar", "aria-hidden": "true" }, el("i", { style: { width: `${100 * share}%` } })),
  );
}

/** Why there is no such look, and the ways out. */
function unmet(mine, { unmet: said, least, leave_out: out }) {
  const { state, kinds } = mine;
  const rest = kinds.filter((kind) => !out.includes(kind));
  const ways = [
    least && state.budget !== null && least.amount > state.budget && el("button", { type: "button", class: "button", on: { click: () => turn(mine, { budget: least.amount }) } }, `Make it ${money(least)}`),
    out.length > 0 && rest.length > 0 && el("button", { type: "button", class: "button quiet", on: { click: () => turn(mine, { kinds: rest }) } }, `Without ${out.join(" and ")}`),
  ];
  return el("div", { class: "look-unmet", role: "status" }, said.map((one) => el("p", null, priced(one))), ways.some(Boolean) && el("p", { class: "notice-actions" }, ways));
}

/** Nothing is asked for yet. */
function begin(mine) {
  Object.assign(mine, { kinds: [], most: null, asked: null });
  fill(mine.lead, "Choose the kinds that it is to have, and the best of each that go together are found.");
  showWishes(mine);
  fill(mine.sum);
  mine.pieces.clear();
  fill(mine.said, notice({ title: "A look of what?", text: "Choose a kind, then another. Or begin with a product that you like: its page leads here.", mark: "hanger", actions: [el("a", { class: "button quiet", href: "/" }, "To the shop")] }));
}

function fail(mine, error) {
  mine.pieces.clear();
  fill(mine.sum);
  Object.assign(mine, { kinds: mine.state.kinds, asked: null });
  showWishes(mine);
  const gone = error.status === 404;
  const title = gone ? "This product is not in the shop any more" : error.message;
  fill(mine.said, gone ? notice({ title, text: "Begin with another one, or with kinds alone.", mark: "search", actions: [el("a", { class: "button", href: "/outfit" }, "Begin with kinds")] }) : problemNotice(error, { again: () => void follow(mine, false), level: 2 }));
}
