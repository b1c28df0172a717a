/** What became of every row: the figures, and a table of what was reported. */

import { el, fill, icon } from "./el.js";
import { notice, problemNotice } from "./notice.js";
import { duration } from "./upload-progress.js";
import { count } from "./upload-start.js";

const PAGE = 100; // problems shown at a time
const TITLES = { done: "Added to the shop", stopped: "Stopped", failed: "Nothing could be added" };

/** The end of a job; `another` starts over. */
export function uploadReport(job, another) {
  if (job.state === "failed") return failed(job, another);
  const report = job.report;
  if (!report) return notice({ level: 1, title: TITLES[job.state], text: "It was stopped before the first product.", actions: [more(another)] });
  const problems = report.problems ?? [];
  return el(
    "section",
    { class: "report" },
    el("h1", null, title(job, report)),
    el("p", { class: "soft" }, summary(job, report)),
    figures(report),
    el("p", { class: "upload-actions" },
      el("a", { class: "button", href: "/" }, "See the shop", icon("next")),
      more(another)),
    problems.length > 0 && problemTable(job, report.reasons, problems),
  );
}

function title(job, report) {
  if (job.state === "stopped") return "Stopped; what was added stays";
  if (report.added || report.updated) return report.reported ? "Added, with some rows reported" : "Everything is in the shop";
  if (report.removed) return "Removed from the shop";
  if (report.reported) return report.unchanged ? "Nothing new could be added" : "No row could be added";
  return "Nothing has changed";
}

function summary(job, report) {
  const said = [job.name, `${count(report.rows, "row")} read in ${duration(report.seconds)}`];
  const encoded = report.pictures?.encoded;
  if (encoded) said.push(`${count(encoded, "picture")} looked at`);
  return said.filter(Boolean).join(" · ");
}

function figures(report) {
  const shown = [["Added", report.added, "good"], ["Updated", report.updated, ""], ["Unchanged", report.unchanged, ""], ["Reported", report.reported, report.reported ? "bad" : ""]];
  if (report.removed) shown.push(["Removed", report.removed, ""]);
  if (report.withheld) shown.push(["Kept though gone from the table", report.withheld, ""]);
  return el("dl", { class: "figures" }, shown.map(([name, many, tone]) =>
    el("div", { class: `figure ${tone}`, dataset: { figure: name.toLowerCase() } }, el("dt", null, name), el("dd", null, many.toLocaleString("en-GB")))));
}

function failed(job, another) {
  const error = Object.assign(new Error(job.error?.detail ?? "The service did not say why."), {
    code: job.error?.code ?? "failed",
    nextStep: job.error?.next_step ?? "Look into the service's log.",
  });
  const said = problemNotice(error);
  said.querySelector(".notice-actions").prepend(more(another));
  return said;
}

const more = (another) => el("button", { type: "button", class: "button quiet", on: { click: another } }, icon("plus"), "Add more");

const REASONS = { outside: "Picture not sent" };

const spoken = (reason) => REASONS[reason] ?? reason.replaceAll("-", " ").replace(/^./, (letter) => letter.toUpperCase());

function problemTable(job, reasons, problems) {
  const tally = new Map(Object.entries(reasons));
  const all = [...tally.values()].reduce((sum, many) => sum + many, 0);
  const state = { reason: "", shown: PAGE };
  const body = el("tbody", null);
  const foot = el("p", { class: "upload-actions" });
  const told = el("p", { class: "unseen", role: "status" });
  const draw = () => {
    const kept = problems.filter(({ reason }) => !state.reason || reason === state.reason);
    fill(body, kept.slice(0, state.shown).map(row));
    const rest = kept.length - state.shown;
    fill(foot, rest > 0 && el("button", { type: "button", class: "button quiet", on: { click: () => ((state.shown += PAGE), draw()) } }, `Show ${Math.min(PAGE, rest)} more`));
    told.textContent = `${count(kept.length, "problem")} shown`;
  };
  draw();
  const pick = (reason) => ((state.reason = reason), (state.shown = PAGE), draw());
  return el(
    "section",
    { class: "problems", "aria-labelledby": "problems-title" },
    el("div", { class: "problems-head" },
      el("h2", { id: "problems-title" }, "What was reported"),
      el("a", { class: "link", href: `/v1/jobs/${encodeURIComponent(job.id)}/report.csv`, download: "report.csv" }, "Download report.csv")),
    all > problems.length && el("p", { class: "soft" }, `The first ${problems.length.toLocaleString("en-GB")} of ${all.toLocaleString("en-GB")} are shown here; report.csv has them all.`),
    reasonChips(tally, all, pick),
    told,
    el("div", { class: "problems-table" }, el("table", null,
      el("caption", { class: "unseen" }, "Rows and pictures that could not be read"),
      el("thead", null, el("tr", null, ["Row", "Product", "Reason", "What is wrong", "So"].map((name) => el("th", { scope: "col" }, name)))),
      body)),
    foot,
  );
}

function reasonChips(tally, all, pick) {
  const chip = (value, text, many) =>
    el("label", { class: "reason-chip" },
      el("input", { type: "radio", name: "reason", value, checked: value === "", on: { change: () => pick(value) } }),
      el("span", null, text, " ", el("span", { class: "reason-count" }, many.toLocaleString("en-GB"))));
  return el("fieldset", { class: "reasons" }, el("legend", { class: "unseen" }, "Reason"),
    chip("", "All", all), [...tally].sort((one, other) => other[1] - one[1]).map(([reason, many]) => chip(reason, spoken(reason), many)));
}

function row(problem) {
  const cell = (name, ...inside) => el("td", { dataset: { name } }, inside);
  return el("tr", null,
    cell("Row", problem.row ?? "–"),
    cell("Product", problem.id || "–"),
    cell("Reason", spoken(problem.reason)),
    cell("What is wrong", problem.detail),
    cell("So", problem.indexed ? "In the shop; this picture was not taken" : "Left out"));
}
