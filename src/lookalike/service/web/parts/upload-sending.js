// Sending files with progress, and following the job that they become.

import { address, ApiProblem, forget, get } from "../api.js";

const FIRST = 250; // milliseconds to the first look at a job
const LONGEST = 3000;
const ENDED = new Set(["done", "failed", "stopped"]);

export const hasEnded = (job) => ENDED.has(job.state);

/**
 * Sends entries as one upload. `onprogress(sent, total)` hears of the bytes. Resolves to the job; rejects with
 * `ApiProblem`, or with an AbortError. XMLHttpRequest, because fetch tells nothing of what was sent.
 */
export function upload(entries, { onprogress = () => {}, signal, params } = {}) {
  const body = new FormData();
  for (const { file, path } of entries) body.append("file", file, path);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address("/v1/products", params));
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => onprogress(event.loaded, event.total));
    request.addEventListener("load", () => answered(request, resolve, reject));
    request.addEventListener("error", () => reject(lost()));
    request.addEventListener("abort", () => reject(new DOMException("Stopped.", "AbortError")));
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    request.send(body);
  });
}

function answered(request, resolve, reject) {
  const said = request.response ?? {};
  forget();
  if (request.status >= 200 && request.status < 300 && said.job) return resolve(said.job);
  const title = `The shop answered ${request.status} ${request.statusText}`.trim() + ".";
  reject(new ApiProblem({ title, code: `http-${request.status}`, next_step: "Try again.", ...said, status: request.status }));
}

function lost() {
  return new ApiProblem({
    detail: "The upload did not get through.",
    code: "no-answer",
    next_step: "Look whether the shop is reachable, then send the files again; nothing was added.",
  });
}

/** Looks at a job again and again, less and less often, until it ends or `signal` aborts; `onjob` hears of each look. */
export async function follow(id, onjob, signal) {
  for (let wait = FIRST; ; wait = Math.min(wait * 1.4, LONGEST)) {
    const { job } = await get(`/v1/jobs/${encodeURIComponent(id)}`, { signal });
    onjob(job);
    if (hasEnded(job)) {
      forget(); // of answers from before
      return job;
    }
    await rest(document.hidden ? LONGEST : wait, signal);
  }
}

function rest(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => (clearTimeout(timer), reject(new DOMException("Left.", "AbortError")));
    const timer = setTimeout(() => (signal.removeEventListener("abort", stop), resolve()), milliseconds);
    signal.addEventListener("abort", stop, { once: true });
  });
}
