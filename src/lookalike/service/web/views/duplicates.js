/** The review of pictures that are there twice: one group after the other, decided by a person. */

import { get } from "../api.js";
import { reviewBar } from "../parts/duplicates-bar.js";
import { groupOf } from "../parts/duplicates-group.js";
import { fetchAhead } from "../parts/duplicates-member.js";
import { askedOf, reviewAddress, reviewHead, wishOf } from "../parts/duplicates-head.js";
import { decide, deliver, desk, judgementsOf, undo, undoable, unsent } from "../parts/duplicates-judging.js";
import { keysOf } from "../parts/duplicates-keys.js";
import { PAGE, begin, insert, positionOf, queueOf, turnTo } from "../parts/duplicates-queue.js";
import { atTheEnd, lookingLine, nothing } from "../parts/duplicates-states.js";
import { reviewStrip } from "../parts/duplicates-strip.js";
import { areVariants, productOf, suggested } from "../parts/duplicates-words.js";
import { el, fill } from "../parts/el.js";
import { problemNotice } from "../parts/notice.js";
import { rightsLine } from "../parts/rights.js";
import { styles } from "../parts/styles.js";
import { announce } from "../router.js";

let shown = null;

/** @param {HTMLElement} root @param {import("../router.js").Place} place */
export async function render(root, place) {
  place.title("Duplicates");
  const mine = (shown = build(place));
  await Promise.all(["duplicates", "duplicates-group", "duplicates-bar", "add"].map(styles));
  root.append(mine.head.element, mine.looking.element, mine.rights.element, mine.strip.element, mine.stage, mine.bar.element);
  addEventListener("pointerdown", ({ target }) => target.closest?.(".bar-keys") || mine.bar.fold(), { signal: place.signal });
  keysOf({ signal: place.signal, act: (name, value) => act(mine, name, value) });
  for (const name of ["sending", "saved", "refused", "failed"]) {
    desk.addEventListener(name, (event) => told(mine, name, event.detail), { signal: place.signal });
  }
  await show(mine, place);
}

/** Other filters. @param {import("../router.js").Place} place */
export const update = (place) => show(shown, place);

function build(place) {
  const mine = { place, wish: null, queue: null, group: null, may: false };
  mine.head = reviewHead();
  mine.looking = lookingLine({ signal: place.signal, onend: () => void show(mine, mine.place) });
  mine.rights = rightsLine(() => void show(mine, mine.place));
  mine.strip = reviewStrip((at) => void turn(mine, at));
  mine.stage = el("div", { class: "review-stage" }, waiting());
  mine.bar = reviewBar({
    onrest: (verdict) => mine.group?.rest(verdict),
    onstep: (by) => void turn(mine, mine.queue.at + by),
    onundo: () => void takeBack(mine),
  });
  return mine;
}

async function show(mine, place) {
  mine.place = place;
  const wish = wishOf(place.params);
  mine.wish = wish;
  mine.head.show(wish);
  mine.bar.fold();
  mine.strip.element.hidden = Boolean(wish.product); // which is in one group as a rule
  await deliver(); // what is to be shown includes what was said last
  const load = (offset, limit = PAGE, asked = askedOf(wish)) =>
    get("/v1/duplicates", { params: { ...asked, limit, offset: offset || null }, signal: place.signal });
  const queue = queueOf(async (offset) => (unsent() && (await deliver()), load(offset)), itemOf);
  const [session, answer, whole] = await Promise.all([
    get("/v1/session", { signal: place.signal }),
    begin(queue, wish.at),
    load(0, 1, { ...askedOf(wish), reviewed: null, counts: true }),
  ]);
  if (mine.wish !== wish) return; // another wish came meanwhile
  Object.assign(mine, { queue, session, may: session.write, total: whole.total, left: whole.left });
  answer.reviewed = whole.total - whole.left;
  mine.answer = answer;
  mine.head.show(wish, whole);
  nameProduct(mine, answer);
  allow(mine);
  void mine.looking.show(answer, mine.may);
  draw(mine);
}

/** @returns {import("../parts/duplicates-queue.js").Item} */
function itemOf(group) {
  const { at, why } = suggested(group);
  const kept = group.keep ? group.members.findIndex(({ id, picture }) => id === group.keep.id && picture === group.keep.picture) : -1;
  const item = { group, keep: kept >= 0 ? kept : at, why: kept >= 0 ? "" : why, marks: new Map(), judged: [], done: group.reviewed, gone: false };
  group.members.forEach((member, place) => {
    if (kept >= 0 && place !== kept && (group.reviewed || member.verdict === "same")) item.marks.set(place, "same");
  });
  return Object.assign(item, { judged: judgementsOf(group, item), said: saidOf(item) });
}

/** @returns {import("../parts/duplicates-judging.js").Said} */
const saidOf = ({ keep, why, marks, done }) => ({ keep, why, marks: [...marks], done });

function nameProduct(mine, { groups }) {
  const { product } = mine.wish;
  const member = groups.flatMap(({ members }) => members).find(({ id }) => id === product);
  if (product) mine.head.name(mine.wish, (member && productOf(member).title) || product);
}

/** Who may not decide sees everything all the same. */
const allow = (mine) => mine.rights.show(mine.session, mine.may || !mine.answer.pictures);

/** Show the present group, or what there is to say instead. */
function draw(mine, { focus = false } = {}) {
  const { queue } = mine;
  const item = queue.items[queue.at];
  showFar(mine);
  mine.bar.element.classList.remove("waiting");
  mine.bar.element.hidden = !item && !undoable();
  mine.bar.element.classList.toggle("bare", !item);
  if (!item) {
    mine.group = null;
    fill(mine.stage, ending(mine));
  } else {
    mine.group = groupOf(item, {
      may: mine.may,
      signal: mine.place.signal,
      onchange: () => changed(mine, item),
      onsaid: () => (keep(mine, item), showFar(mine), showBar(mine)),
      oncomplete: () => void settle(mine, item),
    });
    fill(mine.stage, mine.group.element);
    const next = queue.items[queue.at + 1];
    if (next) fetchAhead(next.group);
  }
  showBar(mine);
  if (!focus) return;
  const target = mine.group?.element ?? mine.stage.querySelector("h2");
  target?.setAttribute("tabindex", "-1");
  target?.focus({ preventScroll: true });
  reveal(mine);
}

/** Bring the group to the top, below its neighbours, unless all of it is seen already. */
function reveal(mine) {
  const strip = mine.strip.element.offsetHeight ? mine.strip.element : mine.stage;
  const seen = strip.getBoundingClientRect().top >= 0 && mine.stage.getBoundingClientRect().top + (mine.group?.element.offsetHeight ?? 0) <= innerHeight - mine.bar.element.offsetHeight;
  if (!seen) strip.scrollIntoView({ block: "start", behavior: "instant" });
}

function ending(mine) {
  const { items } = mine.queue;
  const skipped = items.filter((item) => !item.done);
  const again = () => void turn(mine, skipped.length ? items.indexOf(skipped[0]) : 0);
  if (items.length && (skipped.length || mine.wish.show !== "")) return atTheEnd(skipped.length, again);
  return nothing({ ...mine.answer, left: mine.left, reviewed: mine.total - mine.left }, mine.wish);
}

/** A choice was made; without a verdict it is none that is kept yet. */
function changed(mine, item) {
  showBar(mine);
  if (item.marks.size || item.judged.length) return;
  item.said = saidOf(item);
  if (!unsent()) mine.bar.say("");
}

function showFar(mine) {
  for (const part of [mine.head, mine.bar]) part.far(mine.total - mine.left, mine.total);
  mine.strip.show(mine.queue);
}

function showBar(mine) {
  const { queue } = mine;
  const item = queue.items[queue.at] ?? { group: { members: [] }, marks: new Map(), done: false };
  const last = queue.over && queue.at >= queue.items.length - (mine.wish.show === "" ? 0 : 1);
  mine.bar.show(item, { may: mine.may && (Boolean(mine.group) || undoable() > 0), first: queue.start + queue.at === 0, last, undoable: undoable() });
}

/** Go to another group. */
async function turn(mine, at) {
  const { queue } = mine;
  try {
    await turnTo(queue, at);
  } catch (problem) {
    if (problem.name !== "AbortError") fill(mine.stage, problemNotice(problem, { again: () => void turn(mine, at), level: 2 }));
    return;
  }
  if (mine.queue !== queue || mine.place.signal.aborted) return;
  void mine.place.go(reviewAddress({ ...mine.wish, at: positionOf(queue) }), { replace: true, quiet: true });
  draw(mine, { focus: true });
  const now = queue.items[queue.at];
  announce(now ? `Group ${queue.start + queue.at + 1}, ${now.group.members.length} pictures` : "The end of the list");
}

/** All is said of a group: keep it, and on to the next one that waits. */
async function settle(mine, item) {
  if (!mine.may) return;
  keep(mine, item);
  const { items, at } = mine.queue;
  let next = at + 1;
  while (items[next]?.done && mine.wish.show === "") next += 1;
  await turn(mine, next);
}

/** Take what was said of a group as a decision, which goes to the service at once. */
function keep(mine, item) {
  const now = judgementsOf(item.group, item);
  const whole = item.marks.size === item.group.members.length - 1;
  decide(item.group, item.judged, now, item.said);
  mine.left += Number(item.done) - Number(whole);
  Object.assign(item, { judged: now, done: whole, said: saidOf({ ...item, done: whole }) });
  item.gone = isGone(mine, item);
}

/** Whether the service no longer lists a group under the present filters. */
function isGone({ wish }, { done, marks }) {
  if (!done) return wish.show === "reviewed";
  return wish.show === "" || ![...marks.values()].includes("same");
}

/** Take the last decision back, and go to its group. */
async function takeBack(mine) {
  const last = undo();
  if (!last) return;
  const { queue } = mine;
  const { keep: kept, why, marks = [], done = false } = last.said ?? {};
  let item = queue.items.find(({ group }) => group.id === last.group.id);
  if (item) mine.left += Number(item.done) - Number(done);
  else {
    item = itemOf({ ...last.group, reviewed: false, keep: null });
    count(mine, last, insert(queue, item));
  }
  if (last.said) Object.assign(item, { keep: kept, why });
  Object.assign(item, { judged: last.before, marks: new Map(marks), done });
  Object.assign(item, { said: saidOf(item), gone: isGone(mine, item) });
  await turn(mine, queue.items.indexOf(item));
  announce("Taken back");
}

/** Count a group that is whole again; `parts` of it were listed instead. */
function count(mine, { group, now }, parts) {
  const others = (keep) => now.filter((one) => one.keep.id === keep.id && one.keep.picture === keep.picture).length;
  const whole = now.some((one) => others(one.keep) === group.members.length - 1);
  if (parts.length) {
    mine.left += 1 - parts.filter(({ done }) => !done).length;
    mine.total += 1 - parts.length;
  } else if (whole) {
    mine.left += 1;
    mine.total += Number(now.every(({ verdict }) => verdict === "not-same"));
  }
}

function told(mine, name, detail) {
  if (name === "sending") return mine.bar.say("Saving …");
  if (name === "saved") return mine.bar.say("Saved");
  if (name === "refused") return mine.bar.say(`Not taken: ${detail[0].message ?? detail[0].detail}`);
  const again = el("button", { type: "button", class: "link", on: { click: () => void deliver() } }, "Try again");
  const lost = detail.code === "no-answer"; // it is tried again as soon as the shop is back
  mine.bar.say(lost ? "Not saved yet: the shop does not answer." : `Not saved: ${detail.message}`, " ", !lost && again);
  if (detail.status === 401 || detail.status === 403) Object.assign(mine, { may: false }), allow(mine);
}

function act(mine, name, value) {
  if (!mine.queue) return;
  const { group } = mine;
  if (name === "fold") return mine.bar.fold();
  if (name === "step") return void turn(mine, mine.queue.at + value);
  if (!group) return name === "undo" && mine.may ? void takeBack(mine) : undefined;
  if (name === "flip") return group.flip(value);
  if (name === "look") return group.look(Math.min(1, mine.queue.items[mine.queue.at].group.members.length - 1));
  if (!mine.may) return;
  const variants = areVariants(mine.queue.items[mine.queue.at].group);
  if (name === "main") group.rest(variants ? "not-same" : "same");
  else if (name === "rest" && value === "same" && variants) mine.bar.say("Variants are merged by the button alone.");
  else if (name === "rest") group.rest(value);
  else if (name === "mark") group.mark(value, "not-same");
  else if (name === "keep") group.keep(value);
  else if (name === "undo") void takeBack(mine);
}

function waiting() {
  const ghost = () => el("li", { class: "member ghost" }, el("div", { class: "member-look" }, el("span", { class: "tile" })));
  return el("div", { class: "group of-2 waiting", "aria-hidden": "true" }, el("div", { class: "group-head" }), el("ul", { class: "members" }, ghost(), ghost()));
}
