/** A line that says how far the service is with looking at the whole shop, begins it, and stops it. */

import { get, send } from "../api.js";
import { el, fill, icon } from "./el.js";
import { problemNotice } from "./notice.js";
import { duration } from "./upload-progress.js";
import { follow, hasEnded } from "./upload-sending.js";

/**
 * @param {{signal: AbortSignal, kind: string, path: string, said: string, words: (job: any) => string, onend: (job: any) => void}} own
 *   `kind` of job that a POST to `path` begins; `said` to screen readers while it runs; `words` say how far it is;
 *   `onend` hears when it is over
 * @returns {{element: HTMLElement, start: () => Promise<void>, show: (words: string, button?: string | false) => Promise<void>, runs: () => boolean}}
 *   `show` says something while no job runs, "" hides the line; with the words of a button it follows one under way
 */
export function jobLine({ signal, kind, path, said, words: wordsOf, onend }) {
  const element = el("div", { class: "looking", hidden: true });
  let following = false;

  async function start() {
    if (following) return;
    following = true;
    element.hidden = false;
    fill(element, el("p", { role: "status" }, "Asking …"));
    try {
      const { job } = await send("POST", path, undefined, { params: { wait: 0 }, signal });
      await track(job);
    } catch (problem) {
      failed(problem);
    }
    following = false;
  }

  async function track(job) {
    const bar = el("progress", { "aria-label": said });
    const words = el("p", { class: "looking-words" });
    const stop = el("button", { type: "button", class: "link", on: { click: () => ((stop.disabled = true), void halt(job.id)) } }, "Stop");
    fill(element, words, bar, stop, el("p", { class: "unseen", role: "status" }, said));
    const ended = await follow(job.id, (now) => {
      if (now.total) Object.assign(bar, { max: now.total, value: now.done });
      else bar.removeAttribute("value");
      words.textContent = farOf(now, wordsOf);
    }, signal);
    following = false;
    if (ended.state === "failed") return failed(Object.assign(new Error(ended.error?.detail ?? "Looking failed."), { code: ended.error?.code ?? "failed", nextStep: ended.error?.next_step ?? "Try again." }));
    onend(ended);
  }

  const halt = (id) => send("DELETE", `/v1/jobs/${encodeURIComponent(id)}`, undefined, { signal }).catch(failed);

  function failed(problem) {
    if (problem.name === "AbortError") return;
    following = false;
    fill(element, problemNotice(problem, { again: () => void start(), level: 2 }));
  }

  async function show(words, button = false) {
    if (following) return;
    element.hidden = !words;
    if (words) fill(element, el("p", { class: "looking-words" }, words), button && el("button", { type: "button", class: "button", on: { click: () => void start() } }, icon("search"), button));
    if (button && (await running())) void start(); // asking while one runs gives that one
  }

  async function running() {
    const answer = await get("/v1/jobs", { params: { limit: 20 }, signal }).catch(() => null);
    return answer?.jobs.some((job) => job.kind === kind && !hasEnded(job));
  }

  return { element, start, show, runs: () => following };
}

function farOf(job, wordsOf) {
  if (job.state === "queued") return "Another write is running; this one is next.";
  const words = [wordsOf(job)];
  if (job.rate >= 1) words.push(`${Math.round(job.rate).toLocaleString("en-GB")} a second`);
  if (job.seconds_left > 0 && job.rate > 0) words.push(`${duration(job.seconds_left)} left`);
  return words.join(" · ");
}
