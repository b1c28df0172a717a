/** How alike the products of a selection are: each with each, in an order that puts what is alike together. */

import { el, fill, icon } from "./el.js";
import { alikeOrder } from "./matrix-order.js";
import { inkOn, pairsOf, rampOf, saveMatrix, steps, written } from "./matrix-plot.js";
import { counted } from "./named.js";

const WRITTEN = 14; // products up to which each cell has its number

/**
 * @param {{ids: string[], titles: string[], values: number[][], unpictured?: string[]}} matrix
 * @param {import("./explore.js").Doors} doors
 * @returns {HTMLElement}
 */
export function matrixPlot(matrix, doors) {
  const { ids, values, unpictured = [] } = matrix;
  const titles = matrix.titles.map((title, at) => title || ids[at]);
  if (ids.length < 2) return el("p", { class: "soft" }, "Select at least two products with pictures.");
  const orders = { alike: alikeOrder(values), chosen: ids.map((_, at) => at) };
  const ramp = rampOf(values);
  const told = el("div", { class: "matrix-told" });
  const body = el("div", { class: "matrix-body", tabindex: "0", role: "region", "aria-label": "Similarity matrix" });
  const draw = (order) => fill(body, table({ ids, titles, values, ramp, doors }, order, (a, b) => tell(told, { ids, titles, values, doors }, a, b)));
  const order = el("select", { on: { change: () => draw(orders[order.value]) } }, el("option", { value: "alike" }, "what is alike together"), el("option", { value: "chosen" }, "as selected"));
  const save = el("button", { type: "button", class: "button quiet", on: { click: () => void saveMatrix({ ids, titles, values, ramp }, orders[order.value]) } }, icon("save"), "PNG");
  draw(orders.alike);
  const { most, least } = pairsOf(values);
  tell(told, { ids, titles, values, doors }, ...most[0]);
  return el(
    "div",
    { class: "matrix" },
    el("div", { class: "plot-acts" }, el("label", null, "Order ", order), scale(ramp), save),
    el("div", { class: "matrix-layout" }, body, el("div", { class: "matrix-side" }, told,
      el("h3", null, "Most alike"), pairs(most, { ids, titles, values, doors }, told),
      el("h3", null, "Least alike"), pairs(least, { ids, titles, values, doors }, told))),
    unpictured.length > 0 && el("p", { class: "soft" }, `Left out, without a picture: ${counted(unpictured.length, "product")}.`),
  );
}

function table({ ids, titles, values, ramp, doors }, order, ontell) {
  const numbered = ids.length <= WRITTEN;
  const cell = (a, b) => {
    const value = values[a][b];
    const colour = ramp.of(value);
    return el("td", { style: { background: colour, color: inkOn(colour) }, dataset: { pair: `${a} ${b}` } }, el("span", { class: numbered ? null : "unseen" }, written(value)));
  };
  const point = (event) => {
    const [a, b] = event.target.closest?.("[data-pair]")?.dataset.pair.split(" ").map(Number) ?? [];
    if (a !== undefined && a !== b) ontell(a, b);
  };
  const head = (at, scope) => el("th", { scope, title: titles[at] }, face(at, { ids, doors }), el("span", { class: "unseen" }, titles[at]));
  return el(
    "table",
    { class: numbered ? "matrix-table written" : "matrix-table", style: { "--many": String(ids.length) }, on: { pointerover: point, click: point } },
    el("caption", { class: "unseen" }, `How alike ${ids.length} products look, 1 is the same picture`),
    el("thead", null, el("tr", null, el("td", null), order.map((at) => head(at, "col")))),
    el("tbody", null, order.map((a) => el("tr", null, head(a, "row"), order.map((b) => cell(a, b))))),
  );
}

/** The picture of a product, its number in the selection where it has none. */
function face(at, { ids, doors }, wide = 128) {
  const source = doors.small?.(ids[at], wide);
  return source ? el("img", { src: source, alt: "", width: wide, height: wide, decoding: "async" }) : el("i", { class: "matrix-faceless" }, String(at + 1));
}

/** Two products beside each other, and how alike they look. */
function tell(told, own, a, b) {
  const { ids, titles, values, doors } = own;
  const one = (at) => el("figure", null, doors.small && face(at, own, 256),
    el("figcaption", { dir: "auto" }, doors.product ? el("a", { href: doors.product(ids[at]) }, titles[at]) : titles[at]));
  fill(told, el("p", { class: "matrix-value" }, el("strong", null, written(values[a][b])), " alike"), el("div", { class: "matrix-pair" }, one(a), one(b)));
}

function pairs(list, own, told) {
  const { titles, values, doors } = own;
  return el("ol", { class: "matrix-pairs" }, list.map(([a, b]) => {
    const names = `${titles[a]} – ${titles[b]}`;
    return el("li", null, el("button", { type: "button", class: "matrix-go", title: names, on: { click: () => tell(told, own, a, b) } },
      doors.small && [face(a, own), face(b, own)], el("span", { class: "matrix-number" }, written(values[a][b])), el("span", { class: doors.small ? "unseen" : "matrix-names", dir: "auto" }, names)));
  }));
}

function scale(ramp) {
  return el("span", { class: "matrix-scale", role: "img", "aria-label": `From ${written(ramp.low)}, light, to 1, dark` },
    el("span", null, written(ramp.low)), steps(ramp).map((colour) => el("i", { style: { background: colour } })), el("span", null, "1.00"));
}
