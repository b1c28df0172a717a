/** The first screen of adding products: where files are dropped or chosen, and the last uploads. */

import { get } from "../api.js";
import { append, el, fill, icon } from "./el.js";
import { notice } from "./notice.js";
import { fromDrop, fromFiles } from "./upload-gathering.js";
import { hasEnded } from "./upload-sending.js";

const STATES = { queued: "Waiting", running: "Running", done: "Done", failed: "Failed", stopped: "Stopped" };
const KINDS = { add: "Products added", sync: "Catalogue brought up to date", remove: "Products removed" };
const SHOWN = 8;

/**
 * The ways files may come, on the whole page while `signal` lasts; `onentries(entries)` gets them, also when
 * there are none, `onproblem(error)` hears why they cannot be read. `isOpen()` says whether files may come now.
 */
export function uploadInputs({ root, signal, isOpen, onentries, onproblem }) {
  const files = el("input", { type: "file", multiple: true, hidden: true, class: "upload-files" });
  const folder = el("input", { type: "file", webkitdirectory: true, multiple: true, hidden: true, class: "upload-folder" });
  for (const input of [files, folder]) {
    input.addEventListener("change", () => {
      const entries = fromFiles(input.files);
      input.value = "";
      onentries(entries);
    });
  }
  append(root, files, folder);
  const on = (name, handler) => document.addEventListener(name, handler, { signal });
  const over = (event) => {
    if (!isOpen() || ![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    root.classList.add("over");
  };
  on("dragenter", over);
  on("dragover", over);
  on("dragleave", (event) => event.relatedTarget === null && root.classList.remove("over"));
  on("drop", async (event) => {
    event.preventDefault();
    root.classList.remove("over");
    if (isOpen()) await fromDrop(event.dataTransfer).then(onentries, onproblem);
  });
  return { files: () => files.click(), folder: () => folder.click() };
}

export function uploadStart(inputs, signal) {
  const coarse = matchMedia("(pointer: coarse)").matches;
  const drop = el(
    "div",
    { class: "drop" },
    el("span", { class: "drop-mark" }, icon("plus")),
    el("h1", null, "Add products"),
    el("p", { class: "drop-words" }, coarse
      ? "Choose a table of your catalogue, with the pictures it names, or pictures alone."
      : "Drop a table of your catalogue here, with the pictures it names, or a folder, or pictures alone."),
    el("p", { class: "drop-ways" },
      el("button", { type: "button", class: "button", on: { click: inputs.files } }, icon("table"), "Choose files"),
      !coarse && el("button", { type: "button", class: "button quiet", on: { click: inputs.folder } }, icon("folder"), "Choose a folder")),
    formats(),
  );
  const last = el("section", { class: "jobs", "aria-labelledby": "jobs-title", hidden: true });
  void showJobs(last, signal);
  return el("div", { class: "upload-start" }, drop, last);
}

function formats() {
  const fact = (name, ...text) => el("div", null, el("dt", null, name), el("dd", null, text));
  return el(
    "dl",
    { class: "formats" },
    fact("A table", "CSV, TSV, JSON, JSONL or Parquet; a product a row, with an id and a picture."),
    fact("Pictures", "as web addresses in the table, or as files beside it."),
    fact("Pictures alone", "each becomes a product with the name of its file."),
  );
}

async function showJobs(section, signal) {
  const answer = await get("/v1/jobs", { signal }).catch(() => null);
  const jobs = (answer?.jobs ?? []).filter(({ kind }) => kind in KINDS).toSorted((one, other) => (one.created < other.created ? 1 : -1)).slice(0, SHOWN);
  if (!jobs.length || signal.aborted) return;
  fill(section, el("h2", { id: "jobs-title" }, "Lately"), el("ul", { class: "jobs-list" }, jobs.map((job) => el("li", null, jobLink(job)))));
  section.hidden = false;
}

function jobLink(job) {
  const left = job.report?.reported;
  const words = hasEnded(job)
    ? [when(job.finished ?? job.created), job.report && `${count(job.report.rows, "row")}`, left && `${left.toLocaleString("en-GB")} reported`]
    : [job.total ? `${job.done} of ${job.total}` : "just begun"];
  return el(
    "a",
    { class: "job", href: `/add?job=${encodeURIComponent(job.id)}`, dataset: { key: `job ${job.id}` } },
    el("span", { class: `job-state state-${job.state}` }, STATES[job.state] ?? job.state),
    el("span", { class: "job-name" }, job.name || KINDS[job.kind] || "Upload"),
    el("span", { class: "job-words" }, words.filter(Boolean).join(" · ")),
  );
}

export function when(time) {
  return new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }).format(new Date(time));
}

/** "1 row", "2,400 rows". */
export function count(many, what) {
  return `${many.toLocaleString("en-GB")} ${what}${many === 1 ? "" : "s"}`;
}

/** Said to those who may not write here, and cannot by a key. */
export function mayNot() {
  return notice({
    level: 1,
    mark: "key",
    title: "Products are added elsewhere",
    text: "This shop takes products from its own machine only. Whoever runs it can open this page there, or start the service with a write key, which is then asked for here.",
    actions: [el("a", { class: "button quiet", href: "/" }, "To the shop")],
  });
}
