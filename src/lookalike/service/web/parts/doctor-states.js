/** What the doctor's page says where there is nothing to decide, and what could not be judged. */

import { SECTIONS, doctorAddress } from "./doctor-address.js";
import { el, icon } from "./el.js";
import { counted, named, number } from "./named.js";
import { notice } from "./notice.js";

const LOOKED_FOR = {
  pictures: "broken, blurred, tiny, turned or framed ones, placeholders, text over the picture",
  tags: "a category, colour or attribute that the picture contradicts, and those that are missing",
  table: "ids that clash, prices far from look-alikes', variants that lost each other",
  shelves: "products that no shelf shows, and those that are on every shelf",
};

const link = (href, words, kind = "button") => el("a", { class: kind, href }, words);

/** Nobody has examined the catalogue: what an examination looks for, and the button that begins one. */
export function neverExamined({ products }, may, onexamine) {
  if (!products) return notice({ title: "There is nothing in this shop yet", text: "What is wrong shows up here once products are added and examined.", mark: "plus", actions: [link("/add", "Add products")] });
  return el(
    "section",
    { class: "notice doctor-first" },
    el("span", { class: "notice-mark" }, icon("pulse")),
    el("h2", { class: "notice-title" }, "Nobody has examined this catalogue yet"),
    el("p", { class: "notice-text" }, `An examination looks at all ${counted(products, "product")} and changes nothing. It looks for`),
    el("dl", { class: "doctor-looks" }, [...SECTIONS].map(([section, words]) => el("div", null, el("dt", null, words), el("dd", null, LOOKED_FOR[section])))),
    may && el("p", { class: "notice-actions" }, el("button", { type: "button", class: "button", on: { click: onexamine } }, icon("search"), "Examine the catalogue")),
  );
}

/** Nothing to show under a wish: why, and what to do. */
export function nothing(answer, wish) {
  const { kinds, products } = answer;
  const left = kinds.reduce((sum, one) => sum + one.count, 0);
  const all = doctorAddress({ ...wish, show: "", section: "", kind: "", product: "", fresh: false });
  if (wish.show === "decided") return notice({ title: "Nothing is decided yet", text: "What you change, or say is no fault, can be taken back here.", mark: "undo", actions: [link(all, "See what was found")] });
  if (wish.product && left) return notice({ title: "Nothing is wrong with this product", text: `${counted(left, "finding is", "findings are")} about others.`, mark: "check", actions: [link(all, "See them")] });
  if (left) return notice({ title: wish.fresh ? "Nothing new" : "Nothing of this kind", text: `${counted(left, "other finding waits", "other findings wait")} for you.`, mark: "check", actions: [link(all, "See them")] });
  const sure = wish.sure !== "all" && link(doctorAddress({ ...wish, sure: "all", section: "", kind: "", fresh: false }), "See doubtful ones, too", "button quiet");
  return notice({ title: "Nothing is wrong", text: `${counted(products, "product was", "products were")} examined.`, mark: "check", actions: [sure] });
}

/** What was looked for and not found, and what could not be judged and why; null where there is neither. */
export function judgedLine({ kinds, unjudged }, wish) {
  const here = (kind) => (!wish.kind || kind === wish.kind) && (!wish.section || sectionOf(kinds, kind) === wish.section);
  const open = unjudged.filter(({ kind }) => here(kind));
  const whole = new Set(open.filter(({ field }) => !field).map(({ kind }) => kind));
  const none = wish.kind || wish.show || wish.fresh || wish.product ? [] : kinds.filter(({ kind, count }) => count === 0 && here(kind) && !whole.has(kind));
  if (!open.length && !none.length) return null;
  const title = (kind) => kinds.find((one) => one.kind === kind)?.title ?? kind;
  return el(
    "section",
    { class: "doctor-judged" },
    none.length > 0 && el("div", { class: "judged-none" }, el("h2", null, icon("check"), "Nothing found of these"), el("p", null, none.map((one) => one.title).join(" · "))),
    open.length > 0 && el("div", { id: "unjudged", class: "judged-open" }, el("h2", null, `What could not be judged: ${number(open.length)}`),
      el("dl", null, grouped(open).map(([kind, those]) => el("div", null, el("dt", null, title(kind)), those.map(({ field, why }) => el("dd", null, field && !why.includes(field) && el("b", null, `${named(field)}: `), why)))))),
  );
}

const sectionOf = (kinds, kind) => kinds.find((one) => one.kind === kind)?.section;

function grouped(unjudged) {
  const by = new Map();
  for (const one of unjudged) by.set(one.kind, [...(by.get(one.kind) ?? []), one]);
  return [...by];
}
