/** What a person says of a group becomes judgements of pairs, which are sent, and taken back. */

import { outboxOf } from "./outbox.js";

const STORED = "lookalike decisions";
const REMEMBERED = 100; // decisions that can be taken back

const keyOf = ({ id, picture }) => ({ id, picture });
const nameOf = ({ keep, other }) => [keep, other].map(({ id, picture }) => `${id}\t${picture}`).toSorted().join("\n");

/**
 * Judgements for a group: every picture that is the same is tied to the kept one; one that is not the same is set
 * apart from all others, so that the group splits as the person said, whatever picture it is built on; two that are not
 * the same are not told from each other.
 * @param {{members: any[]}} group
 * @param {{keep: number, marks: Map<number, string>}} said
 */
export function judgementsOf({ members }, { keep, marks }) {
  const marked = (verdict) => [...marks].filter(([at, one]) => one === verdict && at !== keep).map(([at]) => members[at]);
  const same = marked("same");
  const open = members.filter((_, at) => at !== keep && !marks.has(at));
  const made = (kept, other, verdict) => ({ keep: keyOf(kept), other: keyOf(other), verdict });
  return [
    ...same.map((other) => made(members[keep], other, "same")),
    ...marked("not-same").flatMap((other) => [members[keep], ...same, ...open].map((kept) => made(kept, other, "not-same"))),
  ];
}

/** What has to be sent so that `now` holds where `before` did. */
export function replacing(before, now) {
  const held = new Set(now.map(nameOf));
  const undone = before.filter((one) => !held.has(nameOf(one))).map((one) => ({ ...one, verdict: "undo" }));
  return [...undone, ...now];
}

/**
 * What was said of an item, so that it can be said again: by member, as JSON holds it.
 * @typedef {{keep: number, why: string, marks: [number, string][], done: boolean}} Said
 */

/** @type {{before: any[], now: any[], group: any, said?: Said}[]} */
let history = recalled();
const box = outboxOf({ path: "/v1/duplicates/judgements", name: "judgements" });

/** Speaks of sending; `deliver` sends what waits. */
export const { desk, deliver, unsent } = box;

/** Take a decision; `before` are the judgements that it replaces, `said` is what the person had said until then. */
export function decide(group, before, now, said) {
  if (JSON.stringify(before) === JSON.stringify(now)) return;
  history = [...history, { before, now, group, said }].slice(-REMEMBERED);
  remember();
  box.post(replacing(before, now));
}

/** Take the last decision back. @returns {{before: any[], now: any[], group: any, said?: Said} | null} */
export function undo() {
  const last = history.pop() ?? null;
  if (!last) return null;
  remember();
  box.post(replacing(last.now, last.before));
  return last;
}

export const undoable = () => history.length;

function remember() {
  try {
    localStorage.setItem(STORED, JSON.stringify(history));
  } catch {
    // a browser that stores nothing: decisions can be taken back until the page is left
  }
}

function recalled() {
  try {
    const kept = JSON.parse(localStorage.getItem(STORED) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one) => one?.group?.members && one.now && one.before) : [];
  } catch {
    return [];
  }
}
