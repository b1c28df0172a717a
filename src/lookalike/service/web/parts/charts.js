/** What there is in the catalogue, counted: bars that lead to the products they count. */

import { saveChart } from "./charts-plot.js";
import { el, fill, icon } from "./el.js";
import { brief } from "./map-legend.js";
import { counted, named, number } from "./named.js";

const SHOWN = 10; // bars before the others are folded
const LABELS = 6; // words under a histogram

/**
 * All charts. `tint(name, value)` is the colour of a value that has one of its own, null for others.
 * @param {import("./explore.js").Counts} counts
 * @param {import("./explore.js").Doors} doors
 */
export function charts(counts, doors, tint = () => null) {
  return el("div", { class: "charts" }, counts.charts.map((chart) => chartCard(chart, counts.products, doors, tint)));
}

function chartCard(chart, products, doors, tint) {
  const title = titleOf(chart);
  const save = el("button", { type: "button", class: "map-button", "aria-label": `Save ${title} as PNG`, title: "Save as PNG", on: { click: () => void saveChart(chart, title, noteOf(chart, products), tint) } }, icon("save"));
  const body = chart.kind === "histogram" ? columns(chart, doors) : bars(chart, doors, tint);
  return el("section", { class: `chart chart-${chart.kind}` }, el("div", { class: "chart-head" }, el("h3", null, title), save), body, el("p", { class: "chart-note" }, noteOf(chart, products)));
}

/** "Prices in EUR", "Category". */
export const titleOf = ({ name, unit }) => `${named(name)}${unit ? ` in ${unit}` : ""}`;

/** How many values there are, and how many products say none. */
export function noteOf({ kind, distinct, missing }, products) {
  const values = kind === "values" && `${counted(distinct, "different value")}`;
  const none = missing > 0 ? `${number(missing)} of ${counted(products, "product")} without` : "";
  return [values, none].filter(Boolean).join(" · ");
}

/** The widest count of a chart; 1 where there is none. */
export const mostOf = ({ bars: all }) => Math.max(1, ...all.map(({ count }) => count));

function link(doors, bar, attrs, children) {
  const href = bar.where && doors.shop ? doors.shop(bar.where) : null;
  return href ? el("a", { ...attrs, href }, children) : el("span", attrs, children);
}

function bars(chart, doors, tint) {
  const most = mostOf(chart);
  const list = el("ol", { class: "chart-bars" });
  const bar = (one) =>
    el("li", null, link(doors, one, { class: "chart-bar", title: one.name }, [
      el("span", { class: "bar-name", dir: "auto" }, brief(one.name)),
      el("span", { class: "bar-track", "aria-hidden": "true" }, el("i", { style: { width: `${(100 * one.count) / most}%`, background: tint(chart.name, one.name) ?? "var(--accent)" } })),
      el("span", { class: "bar-count" }, number(one.count)),
    ]));
  const all = () => fill(list, chart.bars.map(bar));
  if (chart.bars.length <= SHOWN + 2) all();
  else {
    fill(list, chart.bars.slice(0, SHOWN).map(bar), el("li", { class: "chart-more" }, el("button", { type: "button", class: "link", on: { click: () => (all(), list.children[SHOWN].querySelector("a, span").focus?.()) } }, `${number(chart.bars.length - SHOWN)} more`)));
  }
  return list;
}

function columns(chart, doors) {
  const most = mostOf(chart);
  const every = Math.max(1, Math.ceil(chart.bars.length / LABELS));
  return el("ol", { class: "chart-columns" }, chart.bars.map((one, at) =>
    el("li", null, link(doors, one, { class: "chart-column", title: `${one.name}: ${counted(one.count, "product")}` }, [
      el("span", { class: "column-count", "aria-hidden": "true" }, one.count && chart.bars.length <= 2 * LABELS ? number(one.count) : ""),
      el("i", { "aria-hidden": "true", style: { height: `${one.count ? Math.max(1.5, (100 * one.count) / most) : 0}%` } }),
      el("span", { class: "unseen" }, `${one.name}: ${counted(one.count, "product")}`),
    ]), el("span", { class: "column-name", "aria-hidden": "true" }, at % every ? "" : begins(chart, one.name)))));
}

/** What is written under the left edge of a column: of many ranges where each begins, which has room on a phone. */
const begins = (chart, name) => (chart.bars.length > 1 ? name.split("–")[0] : name);
