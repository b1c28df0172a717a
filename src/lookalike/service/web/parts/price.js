/** A range of prices: two thumbs on one line, over a histogram of what there is. */

import { el, fill } from "./el.js";
import { roughly } from "./money.js";

const REST = 250; // milliseconds a thumb rests before the range is asked for
const PLACES = 100; // places of a thumb on its line, at most
const SKEWED = 0.7; // share of the products in the lower quarter, or in the first bar, from which it is stretched

/**
 * The price filter; `show` gives its element, the same each time so that a thumb being moved stays, or null
 * where there are not two prices.
 * @param {(wishes: import("./wishes.js").Wishes) => void} change
 */
export function priceFilter(change) {
  const parts = build();
  let state = null;
  let timer = 0;
  const moved = (event) => {
    const [low, high] = [Number(parts.low.value), Number(parts.high.value)];
    if (low > high) event.target.value = String(event.target === parts.low ? high : low);
    state.range = rangeOf(parts, state.band);
    draw(parts, state);
    clearTimeout(timer);
    timer = setTimeout(() => change({ ...state.wishes, price: wished(state) }), REST);
  };
  parts.low.addEventListener("input", moved);
  parts.high.addEventListener("input", moved);
  parts.currency.addEventListener("change", () => {
    state.currency = parts.currency.value;
    change({ ...state.wishes, price: null });
    show(state.bands, { ...state.wishes, price: null });
  });
  const show = (bands, wishes) => {
    const found = bandOf(bands, wishes.price?.currency || state?.currency);
    if (!found || !(found.max > found.min)) return null;
    const band = scaled(found);
    const price = wishes.price;
    state = { bands, band, wishes, currency: found.currency, range: [price?.low ?? band.from, price?.high ?? band.to] };
    place(parts, state);
    return parts.element;
  };
  return { show };
}

function build() {
  const thumb = (name, key) =>
    el("input", { type: "range", class: "thumb", min: 0, "aria-label": name, dataset: { key } });
  const [low, high] = [thumb("Lowest price", "price low"), thumb("Highest price", "price high")];
  const bars = el("div", { class: "bars", "aria-hidden": "true" });
  const said = el("p", { class: "price-said" });
  const currency = el("select", { class: "currency", "aria-label": "Currency", dataset: { key: "currency" } });
  const line = el("div", { class: "price-line" }, bars, el("div", { class: "track" }), low, high);
  return { element: el("div", { class: "price" }, currency, line, said), line, low, high, bars, said, currency };
}

function place(parts, state) {
  const { band, bands, range } = state;
  for (const thumb of [parts.low, parts.high]) thumb.max = String(band.stops.length - 1);
  if (document.activeElement !== parts.low) parts.low.value = String(placeOf(range[0], band));
  if (document.activeElement !== parts.high) parts.high.value = String(placeOf(range[1], band));
  parts.currency.hidden = bands.length < 2;
  fill(
    parts.currency,
    bands.map(({ currency }) => el("option", { value: currency }, currency || "none")),
  );
  parts.currency.value = band.currency;
  const most = Math.max(...band.histogram, 1);
  // By the root: a few prices stay visible next to many, and a tall bar still stands for more.
  const tall = (count) => (count ? Math.max(6, Math.round(100 * Math.sqrt(count / most))) : 0);
  const wide = (at) => placeOf(band.edges[at + 1], band) - placeOf(band.edges[at], band);
  fill(
    parts.bars,
    band.histogram.map((count, at) => el("i", { style: { height: `${tall(count)}%`, "flex-grow": String(wide(at)) } })),
  );
  draw(parts, state);
}

/** Show what lies between the thumbs: on the line, in the bars and in words. */
function draw(parts, { band, range: [low, high] }) {
  parts.line.style.setProperty("--low", String(shareOf(low, band)));
  parts.line.style.setProperty("--high", String(shareOf(high, band)));
  [...parts.bars.children].forEach((bar, at) =>
    bar.classList.toggle("in", band.edges[at + 1] > low && band.edges[at] < high),
  );
  const words = (amount) => roughly(amount, band.currency);
  parts.said.textContent = `${words(low)} – ${words(high)}`;
  parts.low.setAttribute("aria-valuetext", words(low));
  parts.high.setAttribute("aria-valuetext", words(high));
}

/** The range between the thumbs as a wish; an end that is not moved in is open. */
function wished({ band, range: [low, high] }) {
  if (low <= band.from && high >= band.to) return null;
  return { low: low > band.from ? low : null, high: high < band.to ? high : null, currency: band.currency };
}

function rangeOf({ low, high }, band) {
  return [band.stops[Number(low.value)], band.stops[Number(high.value)]];
}

function bandOf(bands, currency) {
  return (bands ?? []).find((band) => band.currency === currency) ?? bands?.[0];
}

/** The edges of the bars, and the amounts a thumb stops at: closer together where most prices are low. */
function scaled(band) {
  const { min, max, histogram } = band;
  const total = histogram.reduce((sum, count) => sum + count, 0);
  const lower = histogram.slice(0, Math.ceil(histogram.length / 4)).reduce((sum, count) => sum + count, 0);
  const edges = Array.from({ length: histogram.length + 1 }, (_, at) => min + ((max - min) * at) / histogram.length);
  const whole = max - min > 4;
  const [from, to] = whole ? [Math.floor(min), Math.ceil(max)] : [min, max];
  const power = histogram[0] > SKEWED * total ? 3 : lower > SKEWED * total ? 2 : 1;
  const amounts = Array.from({ length: PLACES - 1 }, (_, at) =>
    rounded(from + (to - from) * ((at + 1) / PLACES) ** power, to - from),
  );
  const stops = [...new Set([from, ...amounts.filter((amount) => amount > from && amount < to), to])];
  return { ...band, edges, from, to, stops };
}

/** Where an amount lies among the stops, between two of them too. */
function placeOf(amount, { stops }) {
  const above = stops.findIndex((stop) => stop >= amount);
  if (above === 0) return 0;
  if (above < 0) return stops.length - 1;
  return above - (stops[above] - amount) / (stops[above] - stops[above - 1]);
}

const shareOf = (amount, band) => placeOf(amount, band) / (band.stops.length - 1);

/** An amount as one would say it: cents only where the whole range is a few units. */
function rounded(amount, width) {
  if (width <= 4) return Math.round(amount * 100) / 100;
  const step = amount < 100 || width < 200 ? 1 : amount < 500 ? 5 : amount < 2000 ? 10 : 50;
  return Math.round(amount / step) * step;
}
