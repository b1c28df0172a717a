/** A group of pictures side by side, the first one first, and the ways to decide about it. */

import { closely } from "./duplicates-closely.js";
import { memberOf } from "./duplicates-member.js";
import { KINDS, areVariants, percent } from "./duplicates-words.js";
import { el } from "./el.js";

/** From which the pictures of a group are wide, square or tall. */
const TALLEST = 0.68;
const WIDEST = 1.5;
const MANY = 9; // pictures from which the columns of a group are as many as they get

/**
 * @param {import("./duplicates-queue.js").Item} item
 * @param {{may: boolean, place: number, total: number, signal: AbortSignal, onchange: () => void, onsaid: () => void, oncomplete: () => void}} own
 *   `onchange` hears of every choice, `onsaid` of a verdict while others are open, `oncomplete` when all is said
 */
export function groupOf(item, own) {
  const { group } = item;
  const many = group.members.length;
  const look = closely(group, own.signal);
  const apart = () => areVariants(group) && ![...item.marks.values()].includes("same");
  const show = () => {
    for (const one of members) one.show(item);
    element.classList.toggle("no-keep", apart()); // where all stay
  };
  const change = () => {
    show();
    own.onchange();
  };
  const keep = (at) => {
    if (at === item.keep || apart()) return;
    keepInstead(item, at);
    change();
    if (item.judged.length) own.onsaid();
  };
  const mark = (at, verdict) => {
    if (at === item.keep) return;
    if (item.marks.get(at) === verdict && !item.done) item.marks.delete(at);
    else item.marks.set(at, verdict);
    change();
    if (item.marks.size === many - 1) own.oncomplete();
    else own.onsaid();
  };
  const members = group.members.map((_, at) => memberOf(group, at, { may: own.may, onkeep: keep, onmark: mark, onlook: look.open }));
  const element = el(
    "article",
    { class: `group of-${Math.min(many, MANY)}`, tabindex: "-1", "aria-labelledby": "group-title", dataset: { group: group.id }, style: { "--ratio": String(ratio(group)) } },
    el(
      "header",
      { class: "group-head" },
      el("h2", { id: "group-title" }, KINDS.get(group.kind)?.[0] ?? group.kind),
      el("p", { class: "soft" }, `${many} pictures`, many > 2 ? `, the least alike ${percent(group.worst.similarity)}` : `, ${percent(group.worst.similarity)} alike`),
    ),
    el("ul", { class: "members" }, members.map((one) => one.element)),
  );
  show();
  return {
    element,
    keep: (at) => at < many && keep(at),
    mark: (at, verdict) => at < many && mark(at, verdict),
    /** Give every picture without a mark this one, or all of them where each has one, and be done. */
    rest: (verdict) => {
      const anew = item.marks.size === many - 1;
      for (let at = 0; at < many; at += 1) if (at !== item.keep && (anew || !item.marks.has(at))) item.marks.set(at, verdict);
      change();
      own.oncomplete();
    },
    flip: (on) => element.classList.toggle("flipped", on),
    look: look.open,
  };
}

/** Another picture stays: what was said of it holds of the one before, and it says nothing of the rest if they differ. */
function keepInstead(item, at) {
  const verdict = item.marks.get(at);
  item.marks.delete(at);
  if (verdict === "not-same") item.marks.clear();
  if (verdict) item.marks.set(item.keep, verdict);
  Object.assign(item, { keep: at, why: "" });
}

/** Width by height of the boxes: the middle one of the pictures', so that most fill theirs. */
function ratio({ members }) {
  const known = members.filter(({ width, height }) => width && height).map(({ width, height }) => width / height);
  const middle = known.toSorted((one, other) => one - other)[Math.floor(known.length / 2)] ?? 0.8;
  return Math.max(TALLEST, Math.min(WIDEST, middle)).toFixed(3);
}
