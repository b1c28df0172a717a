/** The question which columns of a table hold the id and the picture, where their names do not say it. */

import { el, icon } from "./el.js";
import { amount } from "./upload-gathering.js";
import { namesPicture, tableHead } from "./upload-table.js";

const ID = /^(.*[_\s-])?(id|sku|asin|ean|gtin|code|key|handle|number|no|nr)$/i;

/** Whether the service refused a table because it does not know its columns. */
export const asksForColumns = (problem) => problem.code === "bad-catalog" && /\bmap=/.test(problem.nextStep);

/**
 * The columns that there are, and a choice of two of them; `onsend(map)` gets what the service is to be told,
 * `onback` chooses other files. Resolves once the table has been looked at.
 */
export async function columnsForm(entries, { onsend, onback }) {
  const [table] = amount(entries).used;
  const read = table ? await tableHead(table.file) : null;
  const columns = [...new Set(read?.columns ?? [])].filter(Boolean);
  const name = table?.path ?? "the table";
  const back = el("button", { type: "button", class: "button quiet", on: { click: onback } }, "Choose other files");
  const rename = columns.length > 1 ? "Choose them here, or rename the columns to id and image and choose the file again." : "Rename the columns to id and image, then choose the file again.";
  const head = [
    el("span", { class: "notice-mark" }, icon("table")),
    el("h1", null, "Which columns hold the id and the picture?"),
    el("p", { class: "soft" }, columns.length ? `The columns of ${name} are: ${columns.join(", ")}. ` : `The names of the columns of ${name} do not say it. `, rename),
  ];
  if (columns.length < 2) return el("section", { class: "key-form" }, head, el("p", { class: "upload-actions" }, back));
  const picture = columns.find((column) => read.rows.some((row) => looksLikePicture(row[read.columns.indexOf(column)] ?? ""))) ?? columns.at(-1);
  const others = columns.filter((column) => column !== picture);
  const choices = { id: choice("id", columns, others.find((column) => ID.test(column)) ?? others[0]), picture: choice("picture", columns, picture) };
  const send = (event) => {
    event.preventDefault();
    onsend(Object.entries(choices).map(([field, select]) => `${select.value}=${field}`));
  };
  return el("form", { class: "key-form", on: { submit: send } }, head,
    el("label", { for: choices.id.id }, "Column with the id"), choices.id,
    el("label", { for: choices.picture.id }, "Column with the picture"), choices.picture,
    el("p", { class: "upload-actions" }, el("button", { type: "submit", class: "button" }, icon("up"), "Send again"), back));
}

const looksLikePicture = (cell) => namesPicture(cell) || /^(https?:\/\/|data:image\/)/i.test(cell.trim());

function choice(field, columns, chosen) {
  const select = el("select", { id: `column-${field}`, name: field }, columns.map((column) => el("option", { value: column }, column)));
  select.value = chosen;
  return select;
}
