/**
 * What the page tells the shop of what is done here, and nothing else, by POST to /v1/events:
 *
 * - "shown" {item, answer}: a product of an answer was in sight for half a second, once for each answer;
 * - "clicked" {item, answer}: it was opened from there; "viewed" {item}: a product's page was opened;
 * - "liked", "disliked" {item}: the heart, and "Not for me".
 *
 * Each with the time and the number of the visit, which is of chance and gone with the tab; from the first like on
 * with the shopper's id in its place, which is of chance and kept until it is erased, so that nothing ties what was
 * done before to it. A browser that asks for privacy (Global Privacy Control) tells nothing before a first like.
 */

import { chance, shopperId, visitId } from "./shopper.js";

const REST = 1500; // milliseconds until what has gathered is sent
const MOST = 50; // events in one message; with keepalive a browser sends 64 KiB
const KEPT = 500; // events that wait while the shop does not answer
const AGAIN = 15_000; // milliseconds until they are tried again

let waiting = [];
let timer = 0;
let sending = null;

/**
 * Tell of one thing that was done with a product. `answer` is the attribution token of the answer that showed it.
 * Resolves once the shop has it, or does not.
 */
export function tell(event, item, { answer = "", now = false } = {}) {
  const user = shopperId();
  if (!user && navigator.globalPrivacyControl) return Promise.resolve(false);
  const who = user ? { user } : { session: visitId() };
  waiting.push({ ...who, item, event, timestamp: new Date().toISOString(), ...(answer && { answer }), id: chance() });
  waiting = waiting.slice(-KEPT);
  if (now) return flush();
  schedule(REST);
  return Promise.resolve(true);
}

/** What was not sent yet is not to be sent any more. Resolves once nothing is on its way either. */
export async function hush() {
  drop();
  while (sending) await sending;
  drop(); // what the shop did not take
}

function drop() {
  clearTimeout(timer);
  timer = 0;
  waiting = [];
}

/** Send what waits. Resolves to whether the shop has all of it. */
export async function flush() {
  clearTimeout(timer);
  timer = 0;
  while (sending) await sending;
  if (!waiting.length) return true;
  sending = deliver(waiting.splice(0, MOST));
  const taken = await sending;
  sending = null;
  if (taken === "later") return false;
  const rest = waiting.length ? await flush() : true;
  return taken === "yes" && rest;
}

async function deliver(events) {
  try {
    const response = await post(events);
    if (response.ok) return "yes";
    if (response.status < 500 && response.status !== 429) return "no"; // the same again would be refused again
  } catch {
    // the shop does not answer
  }
  waiting = [...events, ...waiting].slice(-KEPT);
  schedule(AGAIN);
  return "later";
}

const post = (events) =>
  fetch("/v1/events", {
    method: "POST",
    credentials: "same-origin",
    keepalive: true,
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(events),
  });

function schedule(pause) {
  timer ||= setTimeout(() => void flush(), pause);
}

addEventListener("visibilitychange", () => document.visibilityState === "hidden" && leave());
addEventListener("pagehide", leave);

function leave() {
  while (waiting.length) void post(waiting.splice(0, MOST)).catch(() => {});
}
