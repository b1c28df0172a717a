/** A range of prices: two thumbs on one line, over a histogram of what there is. */

import { el, fill } from "./el.js";
import { roughly } from "./money.js";

const REST = 250; // milliseconds a thumb rests before the range is asked for

/**
 * The price filter; `show` gives its element, the same each time so that a thumb being moved stays, or null
 * where no product has a price.
 * @param {(wishes: import("./wishes.js").Wishes) => void} change
 */
export function priceFilter(change) {
  const parts = build();
  let state = null;
  let timer = 0;
  const moved = (event) => {
    const other = event.target === parts.low ? parts.high : parts.low;
    if (Number(parts.low.value) > Number(parts.high.value)) event.target.value = other.value;
    draw(parts, state.band);
    clearTimeout(timer);
    timer = setTimeout(() => change({ ...state.wishes, price: asked(parts, state.band) }), REST);
  };
  parts.low.addEventListener("input", moved);
  parts.high.addEventListener("input", moved);
  parts.currency.addEventListener("change", () => {
    state.currency = parts.currency.value;
    change({ ...state.wishes, price: null });
  });
  const show = (bands, wishes) => {
    const band = bandOf(bands, wishes.price?.currency || state?.currency);
    if (!band || !(band.max > band.min)) return null;
    state = { wishes, band: scaled(band), currency: band.currency };
    place(parts, state.band, bands, wishes.price);
    return parts.element;
  };
  return { show };
}

function build() {
  const thumb = (name, key) => el("input", { type: "range", class: "thumb", "aria-label": name, dataset: { key } });
  const [low, high] = [thumb("Lowest price", "price low"), thumb("Highest price", "price high")];
  const bars = el("div", { class: "bars", "aria-hidden": "true" });
  const said = el("output", { class: "price-said" });
  const currency = el("select", { class: "currency", "aria-label": "Currency", dataset: { key: "currency" } });
  const line = el("div", { class: "price-line" }, bars, el("div", { class: "track" }), low, high);
  return { element: el("div", { class: "price" }, currency, line, said), low, high, bars, said, currency };
}

function place(parts, band, bands, price) {
  for (const thumb of [parts.low, parts.high]) {
    Object.assign(thumb, { min: String(band.from), max: String(band.to), step: String(band.step) });
  }
  if (document.activeElement !== parts.low) parts.low.value = String(price?.low ?? band.from);
  if (document.activeElement !== parts.high) parts.high.value = String(price?.high ?? band.to);
  parts.currency.hidden = bands.length < 2;
  fill(parts.currency, bands.map(({ currency }) => el("option", { value: currency }, currency || "none")));
  parts.currency.value = band.currency;
  const most = Math.max(...band.histogram, 1);
  fill(parts.bars, band.histogram.map((count) => el("i", { style: { height: `${count ? Math.max(6, Math.round((100 * count) / most)) : 0}%` } })));
  draw(parts, band);
}

/** Show what lies between the thumbs: on the line, in the bars and in words. */
function draw(parts, band) {
  const [low, high] = [Number(parts.low.value), Number(parts.high.value)];
  const width = band.to - band.from;
  const share = (amount) => (amount - band.from) / width;
  const line = parts.element.querySelector(".price-line");
  line.style.setProperty("--low", String(share(low)));
  line.style.setProperty("--high", String(share(high)));
  const span = (band.max - band.min) / band.histogram.length;
  [...parts.bars.children].forEach((bar, at) => {
    const start = band.min + at * span;
    bar.classList.toggle("in", start + span > low && start < high);
  });
  const words = (amount) => roughly(amount, band.currency);
  parts.said.textContent = `${words(low)} – ${words(high)}`;
  parts.low.setAttribute("aria-valuetext", words(low));
  parts.high.setAttribute("aria-valuetext", words(high));
}

/** The range between the thumbs as a wish; an end that is not moved is open. */
function asked({ low, high }, band) {
  const [from, to] = [Number(low.value), Number(high.value)];
  if (from <= band.from && to >= band.to) return null;
  return { low: from > band.from ? from : null, high: to < band.to ? to : null, currency: band.currency };
}

function bandOf(bands, currency) {
  return (bands ?? []).find((band) => band.currency === currency) ?? bands?.[0];
}

/** Round ends and a step that a hundred or so of lead from one to the other. */
function scaled(band) {
  const width = band.max - band.min;
  const step = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 50, 100, 500, 1000].findLast((one) => width / one >= 60) ?? 0.01;
  const digits = step < 1 ? 2 : 0;
  const from = Number((Math.floor(band.min / step) * step).toFixed(digits));
  const to = Number((Math.ceil(band.max / step) * step).toFixed(digits));
  return { ...band, from, to, step };
}
