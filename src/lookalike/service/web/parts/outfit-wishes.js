/** What a look is to be: of which kinds, and for how much in all. */

import { el, fill, icon } from "./el.js";
import { roughly } from "./money.js";

const REST = 160; // milliseconds the slider rests before a look is asked for
const ROOM = 1.4; // how far the slider goes beyond what the best look costs

/**
 * @param {{kinds: (kinds: string[]) => void, budget: (amount: number | null) => void}} change
 * @returns {{element: HTMLElement, names: (all: string[]) => void, show: (state: {kinds: string[], chosen: boolean,
 *   budget: number | null, currency: string, most: number | null, alone: boolean}) => void}}
 */
export function outfitWishes(change) {
  const chips = el("ul", { class: "taste-chips", "aria-label": "Kinds of the look" });
  const add = el("select", { class: "look-add", "aria-label": "Add a kind", dataset: { key: "add" }, on: { change: () => take() } });
  const own = el("button", { type: "button", class: "link", dataset: { key: "own" }, on: { click: () => change.kinds([]) } }, "Choose for me");
  const amount = el("input", { type: "number", id: "look-budget", min: "0", step: "any", inputmode: "decimal", placeholder: "no limit", dataset: { key: "budget" } });
  const sign = el("span", { class: "look-sign" });
  const slider = el("input", { type: "range", class: "look-slider", min: "0", "aria-label": "Budget for all of it", dataset: { key: "slider" } });
  const free = el("button", { type: "button", class: "link", dataset: { key: "free" }, on: { click: () => set(null) } }, "No limit");
  const element = el(
    "div",
    { class: "look-wishes" },
    el("section", { class: "taste-part" }, el("h2", null, "Of which kinds"), chips, el("p", { class: "look-more" }, add, own)),
    el("section", { class: "taste-part" }, el("h2", null, el("label", { for: "look-budget" }, "For how much in all")), el("p", { class: "look-budget" }, amount, sign, free), slider),
  );
  let held = { kinds: [] };
  let all = null; // until they are known
  let timer = 0;

  function set(value) {
    clearTimeout(timer);
    change.budget(value);
  }

  function take() {
    const kind = add.value;
    if (kind) change.kinds([...held.kinds, kind]);
  }

  const given = () => (amount.value === "" || !(Number(amount.value) >= 0) ? null : Number(amount.value));
  amount.addEventListener("change", () => set(given()));
  slider.addEventListener("input", () => {
    amount.value = slider.value;
    say(Number(slider.value));
    clearTimeout(timer);
    timer = setTimeout(() => change.budget(Number(slider.value)), REST);
  });

  /** How far the slider stands, for eyes and for screen readers. */
  function say(value) {
    slider.setAttribute("aria-valuetext", value === null ? "no limit" : roughly(value, held.currency));
    slider.style.setProperty("--share", String(value === null ? 1 : Math.min(1, value / Number(slider.max))));
  }

  function offer() {
    const rest = (all ?? []).filter((name) => !held.kinds.includes(name));
    fill(add, el("option", { value: "" }, held.kinds.length ? "Add a kind" : "Choose a kind"), rest.map((value) => el("option", { value }, value)));
    add.hidden = all !== null && !rest.length; // its place is kept
  }

  function chip(kind) {
    const last = held.kinds.length === 1;
    const out = () => change.kinds(held.kinds.filter((one) => one !== kind));
    const button = el("button", { type: "button", class: "chip", "aria-label": `Without ${kind}`, dataset: { key: `kind ${kind}` }, on: { click: out } }, el("span", null, kind), icon("close"));
    return el("li", null, last && !held.alone ? el("span", { class: "chip" }, kind) : button);
  }

  function show(state) {
    const key = element.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    held = state;
    fill(chips, state.kinds.map(chip));
    own.hidden = !state.chosen || state.alone;
    offer();
    const most = Math.max(10, Math.ceil((ROOM * (state.most ?? 0)) / 10) * 10, state.budget ?? 0);
    slider.max = String(most);
    slider.step = most > 400 ? "5" : "1";
    slider.disabled = state.most === null && state.budget === null;
    if (document.activeElement !== slider) slider.value = String(state.budget ?? most);
    if (document.activeElement !== amount) amount.value = state.budget === null ? "" : String(state.budget);
    sign.textContent = state.currency;
    free.hidden = state.budget === null;
    say(state.budget);
    if (key && !element.contains(document.activeElement)) (element.querySelector(`[data-key="${CSS.escape(key)}"]:not([hidden])`) ?? add).focus({ preventScroll: true });
  }

  return { element, show, names: (names) => ((all = names), offer()) };
}
