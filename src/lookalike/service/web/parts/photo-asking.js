// One question at a time, the newest always asked last: for questions that change faster than they are answered.

/**
 * `ask(question, signal)` gives a promise; `show(answer, question)` and `fail(error, question)` hear of it.
 * Returns {want(question, {now}), stop()}. While one question is out, only the newest of the others waits;
 * with `now` the one that is out is aborted.
 */
export function asking({ ask, show, fail, busy = () => {} }) {
  let out = null;
  let waiting = null;

  async function send(question) {
    const mine = (out = new AbortController());
    busy(true);
    try {
      const answer = await ask(question, mine.signal);
      if (!mine.signal.aborted) show(answer, question);
    } catch (error) {
      if (!mine.signal.aborted) fail(error, question);
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
      if (out && !now) return void (waiting = { question });
      waiting = null;
      out?.abort();
      send(question);
    },
    stop() {
      waiting = null;
      out?.abort();
      out = null;
      busy(false);
    },
  };
}
