/** What a shopper says of themselves: what they like, what is never to come, and the most a product may cost. */

import { el, fill, icon } from "./el.js";
import { roughly } from "./money.js";

const PARTS = { brands: "Brand", kinds: "Kind", colours: "Colour" };
const NAMED = 200; // names offered to choose from
const FACETS = { brands: "brand", kinds: "category", colours: "colour" };

/**
 * @param {(change: (declared: any) => any) => void} declare is given what makes the next declaration of the last
 * @returns {{element: HTMLElement, show: (declared: any, facets: any) => void}}
 */
export function saying(declare) {
  const chips = el("ul", { class: "taste-chips" });
  const part = el("select", { id: "taste-part", "aria-label": "What", on: { change: () => offer() } }, Object.entries(PARTS).map(([value, name]) => el("option", { value }, name)));
  const names = el("datalist", { id: "taste-names" });
  const field = el("input", { type: "text", id: "taste-name", list: "taste-names", "aria-label": "Which", autocomplete: "off", maxlength: "120", placeholder: "Which?" });
  const add = (side) => {
    const name = field.value.trim();
    if (!name) return void field.focus();
    field.value = "";
    declare((declared) => withWord(declared, part.value, name, side));
  };
  const form = el(
    "form",
    { class: "taste-form", on: { submit: (event) => (event.preventDefault(), add("like")) } },
    part,
    field,
    names,
    el("button", { type: "submit", class: "button quiet" }, "I like it"),
    el("button", { type: "button", class: "button quiet", on: { click: () => add("avoid") } }, "Never show it"),
  );
  const amount = el("input", { type: "number", id: "taste-budget", min: "0", step: "any", inputmode: "decimal", "aria-label": "The most that a product may cost" });
  const currency = el("select", { "aria-label": "Currency" });
  const limit = el(
    "form",
    { class: "taste-form", on: { submit: (event) => (event.preventDefault(), set()) } },
    el("label", { for: "taste-budget" }, "At most"),
    amount,
    currency,
    el("button", { type: "submit", class: "button quiet" }, "Set"),
  );
  const set = () => {
    const most = amount.value === "" ? null : { max: Number(amount.value), currency: currency.value };
    declare((declared) => ({ ...declared, budget: most }));
  };
  const element = el("section", { class: "taste-part taste-saying" }, el("h3", null, "What you say"), chips, form, limit);
  let known = {};

  function offer() {
    fill(names, namesOf(known, part.value).map((value) => el("option", { value })));
  }

  function show(declared, facets) {
    known = facets ?? known;
    const words = Object.keys(PARTS).flatMap((name) => ["like", "avoid"].flatMap((side) => declared[name][side].map((word) => [name, side, word])));
    fill(
      chips,
      words.map(([name, side, word]) => el("li", null, chip(side, word, () => declare((now) => withoutWord(now, name, word))))),
      declared.gender && el("li", null, chip("", `For ${declared.gender}`, () => declare((now) => ({ ...now, gender: "" })))),
      declared.sizes.length > 0 && el("li", null, chip("", `Sizes ${declared.sizes.join(", ")}`, () => declare((now) => ({ ...now, sizes: [] })))),
      declared.budget && el("li", null, chip("", `Up to ${roughly(declared.budget.max, declared.budget.currency)} each`, () => declare((now) => ({ ...now, budget: null })))),
    );
    chips.hidden = !chips.children.length;
    const currencies = (known.price ?? []).map((band) => band.currency);
    fill(currency, (currencies.length ? currencies : [""]).map((value) => el("option", { value }, value || "any")));
    currency.hidden = currencies.length < 2;
    if (document.activeElement !== amount) amount.value = declared.budget ? String(declared.budget.max) : "";
    if (declared.budget?.currency) currency.value = declared.budget.currency;
    offer();
  }

  return { element, show };
}

function chip(side, word, remove) {
  const said = { like: `You like ${word}`, avoid: `Never ${word}` }[side] ?? word;
  return el("button", { type: "button", class: `chip said-${side || "so"}`, "aria-label": `Take back: ${said}`, dataset: { key: `said ${said}` }, on: { click: remove } },
    side && icon(side === "like" ? "heart" : "stop"), el("span", null, side === "avoid" ? said : word), icon("close"));
}

/** The names that there are in the shop, for a list to choose from. */
function namesOf(facets, part) {
  const found = facets[FACETS[part]] ?? [];
  const isLast = ({ path }) => part !== "kinds" || !found.some((other) => other.path.startsWith(`${path} >`));
  return [...new Set(found.filter(isLast).map(({ value }) => value))].slice(0, NAMED);
}

/** A declaration with one name more; what is liked is not avoided, and the other way round. */
function withWord(declared, part, word, side) {
  const next = withoutWord(declared, part, word);
  return { ...next, [part]: { ...next[part], [side]: [...next[part][side], word] } };
}

function withoutWord(declared, part, word) {
  const other = (one) => one.toLowerCase() !== word.toLowerCase();
  const { like, avoid } = declared[part];
  return { ...declared, [part]: { like: like.filter(other), avoid: avoid.filter(other) } };
}
