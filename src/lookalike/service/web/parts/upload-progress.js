/** An upload and its job while they run: how far, how fast, how long still, and a way to stop. */

import { el, icon } from "./el.js";
import { size } from "./upload-gathering.js";

/** Progress with words: {element, set({title, done, total, words})}; `onstop` makes a button. */
export function progress({ onstop, stop = "Stop" }) {
  const title = el("h1", null);
  const bar = el("progress", { "aria-labelledby": "progress-title" });
  title.id = "progress-title";
  const words = el("p", { class: "progress-words" });
  const share = el("span", { class: "progress-share", "aria-hidden": "true" });
  const said = el("p", { class: "unseen", role: "status" });
  const button = el("button", { type: "button", class: "button quiet", on: { click: () => ((button.disabled = true), onstop()) } }, icon("stop"), stop);
  const element = el("section", { class: "progress" }, title, el("div", { class: "progress-line" }, bar, share), words, said, el("p", { class: "upload-actions" }, button));
  let spoken = -1;

  function set(now) {
    title.textContent = now.title;
    words.textContent = now.words;
    if (now.total) {
      bar.max = now.total;
      bar.value = now.done;
      share.textContent = `${Math.floor((100 * now.done) / now.total)}%`;
    } else {
      bar.removeAttribute("value");
      share.textContent = "";
    }
    const quarter = now.total ? Math.floor((4 * now.done) / now.total) : 0;
    if (quarter === spoken) return; // screen readers hear of every quarter, not of every step
    spoken = quarter;
    said.textContent = `${now.title}: ${now.words}`;
  }

  return { element, set, stopping: () => ((words.textContent = "Stopping …"), (button.disabled = true)) };
}

/** What to show while files are sent. */
export function sendingWords(sent, total) {
  const all = sent >= total && total > 0;
  return { title: "Sending", done: sent, total, words: all ? "All sent; the service is taking it in." : `${size(sent)} of ${size(total)}` };
}

/** What to show of a job that waits or runs. */
export function jobWords(job) {
  const number = (many) => many.toLocaleString("en-GB");
  if (job.state === "queued") return { title: "Waiting", done: 0, total: 0, words: "Another write is running; this one is next." };
  const words = [job.total ? `${number(job.done)} of ${number(job.total)} products` : `${number(job.done)} products`];
  if (job.rate > 0) words.push(`${number(Math.round(job.rate * 10) / 10)} a second`);
  if (job.seconds_left > 0 && job.rate > 0) words.push(`${duration(job.seconds_left)} left`);
  return { title: job.kind === "remove" ? "Removing" : "Adding products", done: job.done, total: job.total ?? 0, words: words.join(" · ") };
}

/** "8 s", "3 min 20 s", "2 h 5 min". */
export function duration(seconds) {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return whole % 60 && whole < 600 ? `${Math.floor(whole / 60)} min ${whole % 60} s` : `${Math.round(whole / 60)} min`;
  return `${Math.floor(whole / 3600)} h ${Math.round((whole % 3600) / 60)} min`;
}
