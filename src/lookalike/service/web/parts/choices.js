/** Values of a column as boxes to tick; a long list can be searched. */

import { el } from "./el.js";
import { toggled, valuesOf } from "./wishes.js";

const LONG = 8; // values beyond which a list scrolls and can be searched
const searched = new Map();

/**
 * Boxes for the values of a column; null when there is nothing to choose.
 * @param {string} name "brand", or "attributes.NAME"
 * @param {{value: string, count: number}[]} found
 */
export function choices(name, found, wishes, change) {
  const chosen = valuesOf(wishes, name);
  const known = (found ?? []).filter(({ value }) => value);
  const lost = chosen
    .filter((value) => !known.some((one) => same(one.value, value)))
    .map((value) => ({ value, count: 0 }));
  const all = [...lost, ...known];
  if (all.length < 2 && !chosen.length) return null;
  const list = el(
    "ul",
    { class: "choices" },
    all.map((one) =>
      box(
        name,
        one,
        chosen.some((value) => same(value, one.value)),
        wishes,
        change,
      ),
    ),
  );
  if (all.length <= LONG) return list;
  list.classList.add("long");
  const field = el("input", {
    type: "search",
    class: "choices-search",
    placeholder: `Find among ${all.length}`,
    "aria-label": `Find among ${all.length} values of ${name.replace("attributes.", "")}`,
    value: searched.get(name) ?? "",
    dataset: { key: `find ${name}` },
    on: { input: () => narrow(list, name, field.value) },
  });
  narrow(list, name, field.value);
  return el("div", null, field, list);
}

function box(name, { value, count }, checked, wishes, change) {
  const input = el("input", {
    type: "checkbox",
    checked,
    dataset: { key: `${name} ${value}` },
    on: {
      change: () => change(toggled(wishes, name, valuesOf(wishes, name).find((one) => same(one, value)) ?? value)),
    },
  });
  return el(
    "li",
    null,
    el(
      "label",
      { class: "choice" },
      input,
      el("span", null, value),
      el("span", { class: "count" }, count.toLocaleString("en-GB")),
    ),
  );
}

function narrow(list, name, text) {
  searched.set(name, text);
  const wanted = text.trim().toLowerCase();
  for (const row of list.children) {
    row.hidden = wanted !== "" && !row.querySelector("span").textContent.toLowerCase().includes(wanted);
  }
}

const same = (one, other) => one.toLowerCase() === other.toLowerCase();
