/** What a person decides goes to the service at once, in the order in which it was said, and is kept until it arrived. */

import { send } from "../api.js";

const CARRIED = 60_000; // characters that a browser still sends when the page is left
const NEVER_TAKEN = [400, 413, 415, 422];
const MOST = 100; // lists sent together

/**
 * An outbox that outlives the view: lists posted to it are sent to `path` as `{[name]: list}`. Its `desk` speaks of
 * sending: "sending", "saved", "refused" (detail: rows), "failed" (detail: the problem), and "answered" of each list
 * (detail: {sent, refused}). With `key`, what waits goes together as far as no key is in it twice.
 * @param {{path: string, name: string, key?: (one: any) => string}} own
 */
export function outboxOf({ path, name, key }) {
  const desk = new EventTarget();
  const outbox = [];
  const warn = (event) => event.preventDefault();
  let sending = null;
  let going = 0; // lists that are on their way
  const tell = (event, detail) => desk.dispatchEvent(new CustomEvent(event, { detail }));

  function post(list) {
    if (!list.length) return;
    outbox.push(list);
    void deliver();
  }

  function deliver() {
    sending ??= empty().finally(() => (sending = null));
    return sending;
  }

  async function empty() {
    if (!outbox.length) return;
    let whole = true;
    try {
      while (outbox.length) {
        tell("sending");
        going = key ? apart(outbox, key) : 1;
        const list = outbox.slice(0, going).flat();
        const refused = (await sent(list)).refused ?? [];
        outbox.splice(0, going);
        going = 0;
        if (refused.length) tell("refused", refused);
        tell("answered", { sent: list, refused });
        whole &&= !refused.length;
      }
      removeEventListener("beforeunload", warn);
      if (whole) tell("saved");
    } catch (problem) {
      going = 0;
      addEventListener("beforeunload", warn);
      tell("failed", problem); // what was not taken stays in the outbox
    }
  }

  /** Sends a list; what the service will never take counts as refused, so that it is in nobody's way. */
  async function sent(list) {
    const body = { [name]: list };
    try {
      return await send("POST", path, body, { keepalive: JSON.stringify(body).length < CARRIED });
    } catch (problem) {
      if (!NEVER_TAKEN.includes(problem.status)) throw problem;
      return { refused: list.map(() => ({ message: problem.message, next_step: problem.nextStep })) };
    }
  }

  /** What still waits for its turn goes at once when the page is left. */
  addEventListener("pagehide", () => {
    const waiting = outbox.slice(going).flat();
    if (waiting.length) void sent(waiting).catch(() => {});
  });

  return {
    desk,
    post,
    /** Send what waits. Resolves when all went or one failed. */
    deliver,
    /** How many lists are not with the service yet. */
    unsent: () => outbox.length,
  };
}

/** How many lists, from the first on, hold no key twice. */
function apart(lists, key) {
  const seen = new Set();
  let many = 0;
  for (const list of lists.slice(0, MOST)) {
    if (list.some((one) => seen.has(key(one)))) break;
    for (const one of list) seen.add(key(one));
    many += 1;
  }
  return many;
}
