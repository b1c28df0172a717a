// One question at a time, the newest always asked last: for questions that change faster than they are answered.

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/**
 * `ask(question, signal)` gives a promise; `show(answer, question)` and `fail(error, question)` hear of it.
 * Returns {want(question, {now}), stop()}. While one question is out, only the newest of the others waits;
 * with `now` the one that is out is aborted. A question that is out or answered already is not asked again.
 */
export function asking({ ask, show, fail, busy = () => {} }) {
  let out = null; // what is asked now: {question, controller}
  let waiting = null;
  let shown = null; // the question whose answer is shown

  async function send(question) {
    const mine = (out = { question, controller: new AbortController() });
    const { signal } = mine.controller;
    busy(true);
    try {
      const answer = await ask(question, signal);
      if (!signal.aborted) show(answer, question);
      if (!signal.aborted) shown = question;
    } catch (error) {
      if (!signal.aborted) fail(error, question);
      if (!signal.aborted) shown = null;
    }
    if (out !== mine) return;
    out = null;
    const next = waiting;
    waiting = null;
    if (next) send(next.question);
    else busy(false);
  }

  return {
    want(question, { now = false } = {}) {
      waiting = null;
      if (same(question, out ? out.question : shown)) return;
      if (out && !now) return void (waiting = { question });
      out?.controller.abort();
      send(question);
    },
    stop() {
      waiting = null;
      out?.controller.abort();
      out = null;
      busy(false);
    },
  };
}
