/** The wishes that hold, as chips that take themselves away. */

import { el, fill, icon } from "./el.js";
import { roughly } from "./money.js";
import { LISTS, cleared, countOf, shopAddress, toggled } from "./wishes.js";

/** Fill a row with the chips of some wishes; empty without any. */
export function showChips(row, wishes) {
  const chips = chipsOf(wishes);
  row.hidden = !chips.length;
  fill(
    row,
    chips.map(({ said, name, without }) => el("li", null, chip(said, name, without))),
    countOf(wishes) > 1 &&
      el(
        "li",
        null,
        el("a", { class: "link", href: shopAddress(cleared(wishes)), dataset: { key: "clear" } }, "Clear all"),
      ),
  );
}

/** Fill a row with the chips of some wishes, each of which tells `onwishes` of those without it. */
export function chipButtons(row, wishes, onwishes) {
  const held = chipsOf(wishes);
  row.hidden = !held.length;
  const chip = ({ said, name, without }) =>
    el("button", { type: "button", class: "chip", "aria-label": `Remove ${name}: ${said}`, on: { click: () => onwishes(without) } }, el("span", null, said), icon("close"));
  fill(row, held.map((one) => el("li", null, chip(one))));
}

function chip(said, name, without) {
  return el(
    "a",
    {
      class: "chip",
      href: shopAddress(without),
      "aria-label": `Remove ${name}: ${said}`,
      dataset: { key: `chip ${name} ${said}` },
    },
    el("span", null, said),
    icon("close"),
  );
}

/** @returns {{said: string, name: string, without: import("./wishes.js").Wishes}[]} */
export function chipsOf(wishes) {
  const names = [...LISTS, ...[...wishes.attributes.keys()].map((name) => `attributes.${name}`)];
  const chips = names.flatMap((name) =>
    (name in wishes ? wishes[name] : wishes.attributes.get(name.slice("attributes.".length))).map((value) => ({
      said: name === "category" ? value.split(">").at(-1).trim() : value,
      name: name.replace("attributes.", ""),
      without: toggled(wishes, name, value),
    })),
  );
  if (wishes.price) chips.push({ said: priceWords(wishes.price), name: "price", without: { ...wishes, price: null } });
  return chips;
}

/** A range of prices in words. */
export function priceWords({ low, high, currency }) {
  if (low === null) return `up to ${roughly(high, currency)}`;
  if (high === null) return `from ${roughly(low, currency)}`;
  return `${roughly(low, currency)} – ${roughly(high, currency)}`;
}
