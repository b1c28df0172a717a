/** What a person says of a group becomes judgements of pairs, which are sent, kept until they arrived, and taken back. */

import { send } from "../api.js";

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
const outbox = []; // what is not with the service yet; it outlives the view
const CARRIED = 60_000; // characters that a browser still sends when the page is left
let sending = null;

/** Speaks of sending: "sending", "saved", "refused" (detail: rows), "failed" (detail: the problem). */
export const desk = new EventTarget();

/** Take a decision; `before` are the judgements that it replaces, `said` is what the person had said until then. */
export function decide(group, before, now, said) {
  if (JSON.stringify(before) === JSON.stringify(now)) return;
  history = [...history, { before, now, group, said }].slice(-REMEMBERED);
  remember();
  post(replacing(before, now));
}

/** Take the last decision back. @returns {{before: any[], now: any[], group: any, said?: Said} | null} */
export function undo() {
  const last = history.pop() ?? null;
  if (!last) return null;
  remember();
  post(replacing(last.now, last.before));
  return last;
}

export const undoable = () => history.length;
export const unsent = () => outbox.length;

function post(judgements) {
  if (!judgements.length) return;
  outbox.push(judgements);
  void deliver();
}

/** Send what waits, one after the other, in the order in which it was said. Resolves when all went or one failed. */
export function deliver() {
  sending ??= empty().finally(() => (sending = null));
  return sending;
}

async function empty() {
  if (!outbox.length) return;
  let whole = true;
  try {
    while (outbox.length) {
      tell("sending");
      const { refused } = await sent(outbox[0]);
      outbox.shift();
      if (refused?.length) tell("refused", refused);
      whole &&= !refused?.length;
    }
    removeEventListener("beforeunload", warn);
    if (whole) tell("saved");
  } catch (problem) {
    addEventListener("beforeunload", warn);
    tell("failed", problem); // what was not taken stays in the outbox
  }
}

/** Sends judgements; what the service will never take counts as refused, so that it is in nobody's way. */
async function sent(judgements) {
  const body = { judgements };
  try {
    return await send("POST", "/v1/duplicates/judgements", body, { keepalive: JSON.stringify(body).length < CARRIED });
  } catch (problem) {
    if (![400, 413, 415, 422].includes(problem.status)) throw problem;
    return { refused: [{ message: problem.message }] };
  }
}

/** What still waits for its turn goes at once when the page is left. */
addEventListener("pagehide", () => {
  const waiting = outbox.slice(sending ? 1 : 0).flat();
  if (waiting.length) void sent(waiting).catch(() => {});
});

const warn = (event) => event.preventDefault();
const tell = (name, detail) => desk.dispatchEvent(new CustomEvent(name, { detail }));

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
