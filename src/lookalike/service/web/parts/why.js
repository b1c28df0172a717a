/** Why a result is here: what was measured of it, and which stage of the answer did what, for those who ask. */

import { el, icon } from "./el.js";
import { priced } from "./money.js";
import { thumbnail } from "./picture.js";

/** What is measured, in the order in which it is told: its name and what it means. */
const EVIDENCE = [
  ["look", "Look", "how alike the pictures are"],
  ["colour", "Colour", "how alike their colours are"],
  ["content", "Description", "how alike what is said of them is"],
  ["words", "Words", "how well it fits what you wrote"],
  ["text", "Words in its text", "the share of your words that it is described with"],
  ["shown", "Words in its picture", "how much its picture looks like your words"],
  ["behaviour", "Other shoppers", "what those chose next who did what you did"],
  ["taste", "Your taste", "its kind, brand, colours and price, as you chose before"],
  ["popular", "Popular", "how often it is chosen now"],
  ["fit", "Goes with it", "how well it goes with it, all in all"],
  ["links", "The shop's tie", "how surely the shop ties the two"],
  ["bought", "Bought together", "how often both are bought by one shopper"],
  ["viewed", "Looked at together", "how often both are looked at on one visit"],
  ["style", "Style", "how usual its style and colours are beside it"],
  ["rules", "The shop's rules", "how much they lift it or lower it"],
];

/** What the stages do, in a shopper's words. */
const STAGES = {
  collapse: "Variants and copies folded",
  stock: "In stock first",
  brands: "Not too many of one brand",
  diversity: "Something of everything",
};

/** Show it over the page. @param {import("./card.js").Result} result @param {{explain: any}} answer */
export function showWhy(result, { explain }) {
  const { product, sentence } = result;
  const close = el(
    "button",
    { class: "sheet-close", type: "button", "aria-label": "Close", on: { click: () => dialog.close() } },
    icon("close"),
  );
  const dialog = el(
    "dialog",
    { class: "dialog why", "aria-labelledby": "why-title" },
    el(
      "header",
      { class: "why-head" },
      thumbnail(result.id),
      el("div", null, el("h2", { id: "why-title" }, "Why it is here"), el("p", { class: "soft" }, product.title || product.id)),
      close,
    ),
    sentence && el("p", { class: "why-sentence" }, priced(sentence)),
    el("table", null, el("caption", null, "What was measured"), el("tbody", null, rows(result, explain))),
    steps(explain),
  );
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  addEventListener("popstate", () => dialog.close(), { once: true });
  document.body.append(dialog);
  dialog.showModal();
}

function rows({ evidence, similarity }, { weights }) {
  const told = EVIDENCE.filter(([name]) => typeof evidence?.[name] === "number");
  const row = (name, means, value, weight) =>
    el(
      "tr",
      null,
      el("th", { scope: "row" }, name, el("span", null, means)),
      el("td", { class: "why-bar" }, el("i", { style: { width: `${Math.max(0, Math.min(1, value)) * 100}%` } })),
      el("td", null, value.toFixed(2)),
      el("td", { class: "soft" }, weight ? `× ${weight}` : ""),
    );
  const found = told.map(([name, title, means]) => row(title, means, evidence[name], weights?.[name]));
  if (typeof similarity === "number" && evidence?.look !== similarity) found.unshift(row("Similarity", "of its nearest picture", similarity));
  return found;
}

/** What each stage did, in the order of the stages. */
function steps({ stages = [], kind, recipe_because: because }) {
  if (!stages.length) return null;
  const count = (number) => number.toLocaleString("en-GB");
  const did = (one) => (one.in === one.out ? (one.moved === undefined ? count(one.out) : `${count(one.moved)} moved`) : `${count(one.in)} → ${count(one.out)}`);
  const step = (one) => el("li", null, el("span", null, STAGES[one.stage] ?? one.stage), el("span", { class: "soft" }, did(one)));
  const first = kind?.name && el("li", null, el("span", null, `Of one kind: ${kind.name}`), el("span", { class: "soft" }, kind.from === "label" ? "as it is labelled" : "as its neighbours are"));
  return el(
    "details",
    { class: "why-steps" },
    el("summary", null, "How the order came about", icon("down")),
    because && el("p", { class: "soft" }, because),
    el("ol", null, first, stages.map(step)),
  );
}
