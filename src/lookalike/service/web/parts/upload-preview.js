/** What will be sent, before it is: the table found, the pictures, what stays behind, and how much it is. */

import { el, fill, icon } from "./el.js";
import { amount, size } from "./upload-gathering.js";
import { count } from "./upload-start.js";
import { namesPicture, tableHead } from "./upload-table.js";

const PICTURES = 11;
const CELL = 80; // letters of a cell that are shown

/** @param {import("./upload-gathering.js").Entry[]} entries */
export function uploadPreview(entries, { onsend, onback, signal }) {
  const root = el("div", { class: "upload-preview" });
  const draw = (chosen) => {
    const found = amount(entries, chosen);
    const choosing = !found.table && !found.shards && found.tables.length > 1;
    fill(
      root,
      el("h1", null, heading(found, choosing)),
      choosing && whichTable(found.tables, draw),
      found.used.map((entry) => tableCard(entry, found.pictures, found.tables.length > 1 && !found.shards && (() => draw(" ")))),
      found.pictures.length > 0 && picturesCard(found, signal),
      notes(found, choosing),
      actions(found, choosing, onsend, onback),
    );
  };
  draw("");
  return root;
}

function heading(found, choosing) {
  if (choosing) return "Which table lists the products?";
  return found.sent.length ? "Ready to send" : "Nothing here can be added";
}

function whichTable(tables, choose) {
  return el("ul", { class: "which" }, tables.map(({ file, path }) =>
    el("li", null, el("button", { type: "button", class: "which-one", on: { click: () => choose(path) } },
      icon("table"), el("b", null, path), el("span", { class: "soft" }, size(file.size))))));
}

function tableCard({ file, path }, pictures, another) {
  const facts = el("span", { class: "soft" }, size(file.size));
  const head = el("div", { class: "upload-sheet", tabindex: 0, role: "region", "aria-label": `The first rows of ${path}` });
  const absent = el("p", { class: "part-note", role: "status" });
  head.hidden = absent.hidden = true;
  void tableHead(file).then((read) => {
    if (!read?.columns.length) return;
    const rows = read.count === null ? "" : `${read.more ? "more than " : ""}${count(read.count, "row")} · `;
    facts.textContent = `${rows}${count(read.columns.length, "column")} · ${size(file.size)}`;
    fill(head, sheet(read));
    head.hidden = false;
    const gone = pictures.length ? missing(read.named ?? [], pictures) : 0; // with no picture at all another note says so
    absent.textContent = gone ? `${count(gone, "picture")} named in ${path} ${gone === 1 ? "is" : "are"} not among the files. Their rows will be reported.` : "";
    absent.hidden = !gone;
  });
  return el("section", { class: "part" },
    el("div", { class: "part-head" }, icon("table"), el("h2", null, path), facts,
      another && el("button", { type: "button", class: "link", on: { click: another } }, "Another table")),
    head,
    absent);
}

/** How many of the named pictures no file has the name of; folders are left to the service. */
function missing(named, pictures) {
  const last = (path) => path.trim().split(/[\\/]/).at(-1).toLowerCase();
  const there = new Set(pictures.map(({ path }) => last(path)));
  const isThere = (path) => there.has(last(path)) || there.has(unescaped(last(path)));
  const gone = new Set();
  for (const cell of named) {
    if (isThere(cell)) continue;
    for (const path of cell.split(/[|;,\n]/)) if (namesPicture(path) && !isThere(path)) gone.add(path.trim());
  }
  return gone.size;
}

function unescaped(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // a percent sign that means itself
  }
}

function sheet({ columns, rows }) {
  const cell = (text = "") => el("td", { title: text.length > CELL ? text : null }, text.length > CELL ? `${text.slice(0, CELL)} …` : text);
  return el("table", null,
    el("thead", null, el("tr", null, columns.map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", null, rows.map((row) => el("tr", null, columns.map((_, at) => cell(row[at]))))));
}

function picturesCard(found, signal) {
  const some = found.pictures.slice(0, PICTURES).map(({ file }) => {
    const url = URL.createObjectURL(file);
    signal.addEventListener("abort", () => URL.revokeObjectURL(url), { once: true });
    const image = el("img", { alt: "", loading: "lazy", decoding: "async" });
    image.addEventListener("error", () => image.remove());
    image.src = url;
    return el("li", null, image);
  });
  const more = found.pictures.length - some.length;
  const bytes = found.pictures.reduce((sum, { file }) => sum + file.size, 0);
  return el("section", { class: "part" },
    el("div", { class: "part-head" }, icon("picture"), el("h2", null, count(found.pictures.length, "picture")), el("span", { class: "soft" }, size(bytes))),
    el("ul", { class: "few", "aria-hidden": "true" }, some, more > 0 && el("li", { class: "few-more" }, `+${more.toLocaleString("en-GB")}`)));
}

function notes(found, choosing) {
  const said = [];
  if (found.used.length && !found.pictures.length) said.push("No picture files came with the table. Rows that name files instead of web addresses will be reported.");
  if (!found.used.length && !choosing && found.pictures.length) said.push("Without a table, each picture becomes a product with the name of its file; the folder it lies in is its category.");
  const left = choosing ? [] : found.left.map(({ path }) => path);
  if (left.length) said.push(`Left behind: ${left.slice(0, 4).join(", ")}${left.length > 4 ? ` and ${count(left.length - 4, "other file")}` : ""}.`);
  if (!found.sent.length && !choosing) said.push("Choose a table (CSV, TSV, JSON, JSONL, Parquet) or pictures (JPEG, PNG, WebP, GIF, AVIF, BMP, TIFF).");
  return said.map((text) => el("p", { class: "part-note" }, text));
}

function actions(found, choosing, onsend, onback) {
  const send = () => onsend(found.sent);
  const ready = found.sent.length > 0 && !choosing;
  return el("p", { class: "upload-actions" },
    ready && el("button", { type: "button", class: "button send", on: { click: send } }, icon("up"), `Send ${count(found.sent.length, "file")}, ${size(found.bytes)}`),
    el("button", { type: "button", class: "button quiet", on: { click: onback } }, "Choose other files"));
}
