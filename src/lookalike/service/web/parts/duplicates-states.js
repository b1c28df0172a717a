/** What the review says where there is no group to show, and where not every picture was looked at. */

import { address, get, send } from "../api.js";
import { el, fill, icon } from "./el.js";
import { notice, problemNotice } from "./notice.js";
import { reviewAddress } from "./duplicates-head.js";
import { duration } from "./upload-progress.js";
import { follow, hasEnded } from "./upload-sending.js";

const number = (many) => many.toLocaleString("en-GB");
const link = (href, words, kind = "button") => el("a", { class: kind, href }, words);

/** Nothing to show under a wish: why, and what to do. @param {any} answer @param {any} wish */
export function nothing(answer, wish) {
  if (!answer.pictures) {
    return notice({ title: "There is nothing in this shop yet", text: "Pictures that are there twice show up here once products are added.", mark: "plus", actions: [link("/add", "Add products")] });
  }
  const everything = { ...wish, kind: "", product: "", show: "all", at: 0 };
  if (wish.show === "" && answer.reviewed) {
    return notice({
      title: wish.kind || wish.product ? "Everything here is reviewed" : "Everything is reviewed",
      text: "The CSV tells which products to merge and which pictures to drop. Nothing was deleted.",
      mark: "check",
      actions: [
        el("a", { class: "button", href: address("/v1/duplicates.csv", { kinds: wish.kind, product: wish.product }), download: "duplicates.csv" }, icon("table"), "Decisions as CSV"),
        link(reviewAddress({ ...wish, show: "reviewed", at: 0 }), "See what was decided", "button quiet"),
      ],
    });
  }
  if (wish.show === "reviewed" && answer.left) {
    return notice({ title: "Nothing is reviewed yet", text: `${number(answer.left)} ${answer.left === 1 ? "group waits" : "groups wait"} for you.`, mark: "alike", actions: [link(reviewAddress({ ...wish, show: "", at: 0 }), "Begin")] });
  }
  if (wish.kind || wish.product) {
    return notice({ title: wish.product ? "No other picture is the same" : "No picture is there twice in this way", text: "There may be groups of other kinds.", mark: "check", actions: [link(reviewAddress(everything), "Show everything found")] });
  }
  if (!answer.complete && !answer.looked_at) {
    return notice({ title: "Nobody has looked yet", text: `The ${number(answer.pictures)} pictures of this shop were not compared with one another so far.`, mark: "alike" });
  }
  return notice({
    title: "No picture is there twice",
    text: answer.complete ? `All ${number(answer.pictures)} pictures were compared.` : `${number(answer.looked_at)} of ${number(answer.pictures)} pictures were compared so far.`,
    mark: "check",
    actions: [link("/", "To the shop", "button quiet")],
  });
}

/** The list is over; `skipped` groups in it were put off. `back` goes to the first one to see again. */
export function atTheEnd(skipped, back) {
  const text = skipped === 0 ? "All of its groups are decided." : `${skipped === 1 ? "One group was" : `${number(skipped)} groups were`} left for later.`;
  const words = skipped === 0 ? "Once more from the start" : "Go through them";
  return notice({ title: "This is the end of the list", text, mark: "alike", actions: [el("button", { type: "button", class: "button", on: { click: back } }, icon("back"), words)] });
}

/**
 * The line that says how many pictures were looked at, and looks at the others.
 * @param {{signal: AbortSignal, onend: () => void}} own `onend` hears when a look is over
 */
export function lookingLine({ signal, onend }) {
  const element = el("div", { class: "looking", hidden: true });
  let following = false;

  async function start() {
    if (following) return;
    following = true;
    fill(element, el("p", { role: "status" }, "Asking …"));
    try {
      const { job } = await send("POST", "/v1/duplicates", undefined, { params: { wait: 0 }, signal });
      await track(job);
    } catch (problem) {
      failed(problem);
    }
    following = false;
  }

  async function track(job) {
    const bar = el("progress", { "aria-label": "Pictures looked at" });
    const words = el("p", { class: "looking-words" });
    const stop = el("button", { type: "button", class: "link", on: { click: () => ((stop.disabled = true), void halt(job.id)) } }, "Stop");
    fill(element, words, bar, stop, el("p", { class: "unseen", role: "status" }, "Looking at the pictures"));
    const ended = await follow(job.id, (now) => {
      if (now.total) Object.assign(bar, { max: now.total, value: now.done });
      words.textContent = wordsOf(now);
    }, signal);
    if (ended.state === "failed") return failed(Object.assign(new Error(ended.error?.detail ?? "Looking failed."), { code: ended.error?.code ?? "failed", nextStep: ended.error?.next_step ?? "Try again." }));
    onend();
  }

  const halt = (id) => send("DELETE", `/v1/jobs/${encodeURIComponent(id)}`, undefined, { signal }).catch(failed);

  function failed(problem) {
    if (problem.name === "AbortError") return;
    following = false;
    fill(element, problemNotice(problem, { again: () => void start(), level: 2 }));
  }

  async function show(answer, may) {
    if (following) return;
    element.hidden = answer.complete || !answer.pictures;
    if (element.hidden) return;
    const left = answer.pictures - answer.looked_at;
    fill(
      element,
      el("p", { class: "looking-words" }, `${number(answer.looked_at)} of ${number(answer.pictures)} pictures were looked at so far.`),
      may && el("button", { type: "button", class: "button", on: { click: () => void start() } }, icon("search"), answer.looked_at ? `Look at the other ${number(left)}` : "Look at all pictures"),
    );
    if (may && (await running(signal))) void start(); // asking while one runs gives that one
  }

  return { element, show };
}

async function running(signal) {
  const answer = await get("/v1/jobs", { params: { limit: 20 }, signal }).catch(() => null);
  return answer?.jobs.some((job) => job.kind === "duplicates" && !hasEnded(job));
}

function wordsOf(job) {
  if (job.state === "queued") return "Another write is running; this one is next.";
  const words = [job.total ? `Looking: ${number(job.done)} of ${number(job.total)} pictures` : "Looking …"];
  if (job.rate > 0) words.push(`${number(Math.round(job.rate))} a second`);
  if (job.seconds_left > 0 && job.rate > 0) words.push(`${duration(job.seconds_left)} left`);
  return words.join(" · ");
}
