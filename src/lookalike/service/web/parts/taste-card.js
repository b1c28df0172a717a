/** The taste card: what is known of a shopper, each part of it to be forgotten; what they say themselves; and an end to all of it. */

import { productPath } from "../api.js";
import { el, fill, icon } from "./el.js";
import { thumbnail } from "./picture.js";
import { saying } from "./taste-saying.js";
import { bandWords, doneWords, tasteWords } from "./taste-words.js";

const SHOWN = 8; // products at first
const PARTS = [
  ["kinds", "Kinds"],
  ["brands", "Brands"],
  ["colours", "Colours"],
];

/**
 * @typedef {object} Acts What a shopper may do with the card; each resolves when it is done.
 * @property {(part: "kinds" | "brands" | "colours", name: string) => void} forgetValue
 * @property {(ids: string[]) => void} forgetItems
 * @property {() => void} remember lets all count again that was forgotten
 * @property {(change: (declared: any) => any) => void} declare
 * @property {() => void} erase
 */

/**
 * The card, empty until something is shown in it.
 * @param {Acts} acts
 */
export function tasteCard(acts) {
  const body = el("div", { class: "taste-body" });
  const status = el("p", { class: "taste-status", role: "status" });
  const wide = matchMedia("(min-width: 961px)").matches;
  const card = el("details", { class: "taste", open: wide }, el("summary", { dataset: { key: "taste" } }, el("h2", null, "What is known of you"), icon("down")), body);
  const element = el("aside", { class: "taste-side", "aria-label": "Your taste" }, card, status);
  const said = saying(acts.declare);
  let whole = false; // all products are listed
  let held = null;

  /** Show what is known. @param {import("./taste.js").Taste} taste @param {Map<string, any>} products that are named in it */
  function show(taste, products, facets) {
    held = { taste, products, facets };
    const key = document.activeElement?.dataset?.key;
    const inside = body.contains(document.activeElement);
    const hex = new Map((facets?.colour ?? []).map(({ value, hex }) => [value, hex]));
    said.show(taste.declared, facets);
    fill(
      body,
      el("p", { class: "taste-said" }, tasteWords(taste) || "Nothing yet. Press the heart on what you like, and it is learned from."),
      PARTS.map(([part, name]) => values(taste, part, name, hex)),
      taste.learned.price && section("Prices", el("p", { class: "taste-price" }, bandWords(taste.learned.price))),
      things(taste, products),
      forgotten(taste),
      said.element,
      erasing("Erase everything"),
    );
    if (inside) refocus(key);
  }

  function refocus(key) {
    const next = [...body.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key) ?? body.querySelector("[data-key]");
    next?.focus({ preventScroll: true });
  }

  function values(taste, part, name, hex) {
    const learned = taste.learned[part];
    if (!learned.length) return null;
    const chip = (one) =>
      el(
        "button",
        {
          type: "button",
          class: "chip",
          title: `Learned from ${one.from} ${one.from === 1 ? "product" : "products"}`,
          "aria-label": `Forget ${one.name}, learned from ${one.from} ${one.from === 1 ? "product" : "products"}`,
          dataset: { key: `forget ${part} ${one.name}` },
          on: { click: () => acts.forgetValue(part, one.name) },
        },
        part === "colours" && el("i", { class: "taste-disc", style: { background: hex.get(one.name) ?? "transparent" } }),
        el("span", null, one.name),
        icon("close"),
      );
    return section(name, el("ul", { class: "taste-chips" }, learned.slice(0, 12).map((one) => el("li", null, chip(one)))));
  }

  function things(taste, products) {
    const known = taste.learned.items.filter(({ id }) => products.has(id));
    if (!known.length) return null;
    const shown = whole ? known : known.slice(0, SHOWN);
    const item = ({ id, kind }) => thing(id, products, { did: kind, forget: () => acts.forgetItems([id]) });
    const more = known.length - shown.length;
    return section(
      "Learned from",
      el("ul", { class: "taste-things" }, shown.map(item)),
      more > 0 && el("button", { type: "button", class: "link", dataset: { key: "all" }, on: { click: () => ((whole = true), show(held.taste, held.products, held.facets)) } }, `Show ${more} more`),
    );
  }

  function forgotten({ forgotten: gone }) {
    if (!gone.length) return null;
    const words = `${gone.length} ${gone.length === 1 ? "product does" : "products do"} not count any more. `;
    return el("p", { class: "taste-forgotten soft" }, words, el("button", { type: "button", class: "link", dataset: { key: "remember" }, on: { click: acts.remember } }, "Let them count again"));
  }

  const erasing = (words) => el("p", { class: "taste-end" }, el("button", { type: "button", class: "button quiet", dataset: { key: "erase" }, on: { click: acts.erase } }, icon("bin"), words));

  return {
    element,
    show,
    /** Show a visit: the products that were looked at. */
    showVisit(looked, products, forget) {
      const inside = body.contains(document.activeElement);
      fill(
        body,
        el("p", { class: "taste-said" }, looked.length ? "What you looked at on this visit. It stays in this tab, and goes with it." : "Nothing. Nothing of you is kept until you press a heart."),
        looked.length > 0 && el("ul", { class: "taste-things" }, looked.toReversed().map((id) => thing(id, products, { forget: () => forget(id) }))),
      );
      if (inside) refocus("");
    },
    /** Show that it may not be read here: the products that this browser remembers as liked, and why. */
    showKept(liked, products) {
      fill(
        body,
        el("p", { class: "taste-said" }, liked.length ? `You like ${liked.length} ${liked.length === 1 ? "product" : "products"}.` : "You like nothing so far."),
        liked.length > 0 && el("ul", { class: "taste-things" }, liked.toReversed().slice(0, 3 * SHOWN).map((id) => thing(id, products, { did: "liked" }))),
        el("p", { class: "soft" }, "What else is known of you is shown only where this shop is run, or with its write key. You can leave: this browser then has no name here any more."),
        erasing("Forget me in this browser"),
      );
    },
    /** Show that it comes, or something instead of it. */
    say: (...children) => fill(body, children),
    /** Say what was done, with a way back. */
    tell(words, undo) {
      const back = undo && el("button", { type: "button", class: "link", on: { click: () => (fill(status), undo()) } }, "Undo");
      fill(status, el("span", null, words), back);
    },
  };
}

const section = (name, ...children) => el("section", { class: "taste-part" }, el("h3", null, name), children);

/** A product as a small picture that leads to it, with what was done with it, and to be forgotten. */
function thing(id, products, { did, forget }) {
  const title = products.get(id)?.title || id;
  const name = did ? `${title}: ${doneWords(did)}` : title;
  const out = { type: "button", class: "taste-out", "aria-label": `Forget ${title}`, title: "Forget it", dataset: { key: `forget ${id}` } };
  return el(
    "li",
    { class: `taste-thing did-${did ?? "seen"}` },
    el("a", { href: productPath(id), "aria-label": name, title: name }, thumbnail(id), MARKS[did] && el("span", { class: "taste-mark" }, icon(MARKS[did]))),
    forget && el("button", { ...out, on: { click: forget } }, icon("close")),
  );
}

const MARKS = { liked: "heart", disliked: "close", returned: "undo", bought: "check" };
