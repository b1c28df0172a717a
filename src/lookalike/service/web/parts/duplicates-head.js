/** The head of the review: what it is for, how far it is, the filters, the table of decisions. */

import { address } from "../api.js";
import { KINDS, areVariants } from "./duplicates-words.js";
import { el, fill, icon } from "./el.js";

const SHOWS = [["", "To review"], ["reviewed", "Reviewed"], ["all", "All"]];

/**
 * What an address asks for. @param {URLSearchParams} params
 * @returns {{show: string, kind: string, product: string, at: number}}
 */
export function wishOf(params) {
  const show = SHOWS.some(([value]) => value === params.get("show")) ? params.get("show") : "";
  const kind = KINDS.has(params.get("kind")) ? params.get("kind") : "";
  const at = Math.max(0, (Number.parseInt(params.get("at") ?? "", 10) || 1) - 1);
  return { show, kind, product: params.get("product") ?? "", at };
}

/** The address of the review under a wish. */
export const reviewAddress = ({ show, kind, product, at }) => address("/duplicates", { product, kind, show, at: at ? at + 1 : null });

/** What the service is asked for. */
export const askedOf = ({ show, kind, product }) => ({ kinds: kind, product, reviewed: show === "all" ? null : String(show === "reviewed") });

/** {element, show(wish, answer), far(done, total), said(name)} */
export function reviewHead() {
  const bar = el("progress", { "aria-labelledby": "review-far" });
  const far = el("span", { id: "review-far", class: "review-far" }, "\u00a0");
  const table = el("a", { class: "button quiet review-table", download: "duplicates.csv" }, icon("table"), el("span", null, "Decisions as CSV"));
  const shows = el("ul", { class: "review-shows" });
  const kinds = el("ul", { class: "review-kinds" });
  const own = { filtered: false, product: "" };
  const only = el("p", { class: "review-only" });
  const element = el(
    "header",
    { class: "review-head untold" },
    el("h1", null, "The same picture twice"),
    el("p", { class: "review-note" },
      "Nothing is deleted here. The CSV tells your catalogue what to merge and what to drop."),
    el("div", { class: "review-progress" }, bar, far),
    table,
    el("nav", { class: "review-filters", "aria-label": "Filters" }, shows, kinds),
    only,
  );

  function show(wish, answer) {
    const counts = (own.counts = answer?.counts ?? own.counts); // until others come
    table.href = address("/v1/duplicates.csv", { kinds: wish.kind, product: wish.product });
    fill(shows, SHOWS.map(([value, words]) => el("li", null, choice(words, wish.show === value, { ...wish, show: value, at: 0 }))));
    const many = (kind) => (counts?.[kind] ? ` ${counts[kind].total.toLocaleString("en-GB")}` : "");
    const offered = [...KINDS].filter(([kind]) => wish.kind === kind || counts?.[kind]?.total > 0);
    fill(kinds,
      el("li", null, choice("Copies", !wish.kind, { ...wish, kind: "", at: 0 })),
      offered.map(([kind, [, words]]) => el("li", { class: areVariants({ kind }) ? "review-apart" : null }, choice(words, wish.kind === kind, { ...wish, kind, at: 0 }, many(kind)))));
    own.filtered = Boolean(wish.kind || wish.product);
    only.hidden = !wish.product;
    if (own.product !== wish.product) only.replaceChildren(); // its name comes with the answer
    own.product = wish.product;
  }

  function name(wish, words) {
    fill(only, wish.product && el("a", { class: "chip", href: reviewAddress({ ...wish, product: "", at: 0 }), "aria-label": `Remove product: ${words}` }, el("span", null, `Only where “${words}” is`), icon("close")));
  }

  return {
    element,
    show,
    name,
    far: (done, total) => {
      element.classList.toggle("untold", !total);
      element.classList.toggle("bare", !total && !own.filtered);
      bar.max = Math.max(1, total);
      bar.value = done;
      far.textContent = total ? `${done.toLocaleString("en-GB")} of ${total.toLocaleString("en-GB")} reviewed` : "\u00a0";
    },
  };
}

function choice(words, current, wish, many = "") {
  return el("a", { class: "review-choice", href: reviewAddress(wish), "aria-current": current ? "true" : null, dataset: { key: `choice ${words}` } }, words, many && el("span", { class: "review-count" }, many));
}
