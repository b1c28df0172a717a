/** Adding products: what is dropped is shown, sent, followed, and accounted for. */

import { ApiProblem, get, send } from "../api.js";
import { el, fill } from "../parts/el.js";
import { problemNotice } from "../parts/notice.js";
import { styles } from "../parts/styles.js";
import { asksForColumns, columnsForm } from "../parts/upload-columns.js";
import { keyForm } from "../parts/upload-key.js";
import { uploadPreview } from "../parts/upload-preview.js";
import { jobWords, progress, sendingWords } from "../parts/upload-progress.js";
import { uploadReport } from "../parts/upload-report.js";
import { follow, hasEnded, upload } from "../parts/upload-sending.js";
import { mayNot, uploadInputs, uploadStart } from "../parts/upload-start.js";

const UNREADABLE = new ApiProblem({
  detail: "What was dropped cannot be read.",
  code: "unreadable",
  next_step: "Look whether it is still there and may be opened, then drop it again.",
});

let sending = null; // an upload goes on while other views are looked at
let shown = null;

/** @param {HTMLElement} root @param {import("../router.js").Place} place */
export async function render(root, place) {
  const stage = el("div", { class: "upload-stage" });
  root.append(stage);
  const mine = (shown = { stage, place, open: false, inputs: null, following: null });
  mine.inputs = uploadInputs({
    root,
    signal: place.signal,
    isOpen: () => mine.open,
    onentries: (entries) => (mine.open ? entries.length && preview(mine, entries) : (mine.early = entries)),
    onproblem: () => fill(mine.stage, problemNotice(UNREADABLE, { again: () => begin(mine) })),
  });
  await Promise.all(["drop", "add", "report"].map(styles));
  await update(place);
}

/** The query alone changed: another job, or none. */
export async function update(place) {
  const mine = shown;
  mine.place = place;
  mine.following?.abort();
  place.title("Add products");
  const job = place.params.get("job");
  if (job) return showJob(mine, job);
  if (sending) return showSending(mine);
  const session = await get("/v1/session", { signal: place.signal });
  if (session.write) return begin(mine);
  mine.open = false;
  const opened = async () => (await get("/v1/session")).write && (begin(mine), true);
  fill(mine.stage, session.keys ? keyForm(opened) : mayNot());
}

function begin(mine) {
  mine.open = true;
  const { early } = mine; // files that came before it was known whether they may
  mine.early = null;
  if (early?.length) return preview(mine, early);
  fill(mine.stage, uploadStart(mine.inputs, mine.place.signal));
}

function another(mine) {
  return () => void mine.place.go("/add");
}

function preview(mine, entries) {
  mine.open = true;
  fill(
    mine.stage,
    uploadPreview(entries, {
      signal: mine.place.signal,
      onback: () => begin(mine),
      onsend: (sent) => void sendFiles(mine, sent),
    }),
  );
  focusHeading(mine);
}

function focusHeading(mine) {
  const heading = mine.stage.querySelector("h1");
  heading?.setAttribute("tabindex", "-1");
  heading?.focus();
}

const warn = (event) => event.preventDefault();

/** Sends files; whoever looks at this view meanwhile sees how far it is. */
async function sendFiles(mine, entries, map = []) {
  const controller = new AbortController();
  const total = entries.reduce((sum, { file }) => sum + file.size, 0);
  const now = (sending = { controller, sent: 0, total, tell: () => {} });
  addEventListener("beforeunload", warn);
  showSending(mine);
  focusHeading(mine);
  let job = null;
  let problem = null;
  try {
    job = await upload(entries, { params: { map }, signal: controller.signal, onprogress: (sent, all) => (Object.assign(now, { sent, total: all }), now.tell()) });
  } catch (error) {
    problem = error;
  }
  removeEventListener("beforeunload", warn);
  sending = null;
  if (shown.place.signal.aborted) return; // another view is shown; the job is in the list of this one
  if (job) return shown.place.go(`/add?job=${encodeURIComponent(job.id)}`);
  if (problem.name === "AbortError") return preview(shown, entries);
  const said = asksForColumns(problem) ? await askForColumns(entries) : problemNotice(problem, { again: () => preview(shown, entries) });
  fill(shown.stage, said);
  focusHeading(shown);
}

function askForColumns(entries) {
  return columnsForm(entries, { onsend: (map) => void sendFiles(shown, entries, map), onback: () => begin(shown) });
}

function showSending(mine) {
  mine.open = false;
  const bar = progress({ onstop: () => sending?.controller.abort(), stop: "Stop sending" });
  sending.tell = () => bar.set(sendingWords(sending.sent, sending.total));
  sending.tell();
  fill(mine.stage, bar.element);
}

async function showJob(mine, id) {
  mine.open = false;
  const following = (mine.following = new AbortController());
  mine.place.signal.addEventListener("abort", () => following.abort(), { once: true });
  const bar = progress({ onstop: () => void stop(mine, id, bar) });
  const onjob = (job) => {
    if (hasEnded(job)) return;
    bar.set(jobWords(job));
    if (!bar.element.isConnected) fill(mine.stage, bar.element);
    mine.place.title(job.total ? `${Math.floor((100 * job.done) / job.total)}% · Adding products` : "Adding products");
  };
  const ended = follow(id, onjob, following.signal).then((job) => {
    fill(mine.stage, uploadReport(job, another(mine)));
    mine.place.title("What was added");
    focusHeading(mine);
  });
  await first(mine, ended);
}

/** A view is there once its job has been looked at; what comes later must not be lost either. */
async function first(mine, ended) {
  const failed = (error) => {
    if (error.name === "AbortError") return;
    fill(mine.stage, problemNotice(error, { again: () => void update(mine.place) }));
  };
  await Promise.race([ended.catch(failed), new Promise((resolve) => setTimeout(resolve, 150))]);
}

async function stop(mine, id, bar) {
  bar.stopping();
  try {
    await send("DELETE", `/v1/jobs/${encodeURIComponent(id)}`, undefined, { signal: mine.place.signal });
  } catch (error) {
    if (error.name !== "AbortError") fill(mine.stage, problemNotice(error, { again: () => void update(mine.place) }));
  }
}
