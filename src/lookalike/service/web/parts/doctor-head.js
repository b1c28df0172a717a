/** The head of the doctor's page: when the catalogue was examined, what to look at, the tables to take away. */

import { address } from "../api.js";
import { SECTIONS, SURE, askedOf, doctorAddress } from "./doctor-address.js";
import { ago } from "./doctor-words.js";
import { el, fill, icon } from "./el.js";
import { keepingFocus } from "./facets.js";
import { counted, number } from "./named.js";

const SHOWS = [["", "To decide"], ["decided", "Decided"]];
/** {element, show(wish, answer), name(wish, words)}; `onexamine` hears the button, `onsure` another least certainty. */
export function doctorHead({ onexamine, onsure }) {
  const when = el("p", { class: "doctor-when" }, "\u00a0");
  const examine = el("button", { type: "button", class: "button doctor-examine", hidden: true, on: { click: onexamine } }, icon("again"), "Examine again");
  const taking = (name, words, file) => el("a", { class: "link", download: file, href: address(`/v1/doctor${name}`) }, words);
  const table = taking(".csv", "Table to fill in", "doctor.csv");
  const report = taking(".html", "Report", "doctor.html");
  const away = el("p", { class: "doctor-away" }, icon("table"), table, report, taking("/fixes.csv", "Corrected rows", "fixes.csv"));
  const shows = el("ul", { class: "review-shows" });
  const sections = el("ul", { class: "review-kinds doctor-sections" });
  const kinds = el("ul", { class: "doctor-kinds" });
  const sure = el("select", { "aria-label": "How sure", on: { change: () => onsure(sure.value) } }, [...SURE].map(([value, [words]]) => el("option", { value }, words)));
  const board = el("div", { class: "doctor-board", hidden: true });
  const only = el("p", { class: "review-only", hidden: true });
  const filters = el("nav", { class: "review-filters", "aria-label": "Filters" }, shows, sections, el("span", { class: "doctor-sure" }, sure), kinds);
  const element = el("header", { class: "doctor-head untold" }, el("h1", null, "What is wrong in the catalogue"), when, el("p", { class: "doctor-acts" }, examine), away, filters, only, board);

  function show(wish, answer, may) {
    const examined = answer.examined_at !== null;
    element.classList.toggle("untold", !examined);
    examine.hidden = !may || !examined;
    fill(when, examined && whenWords(answer));
    table.href = address("/v1/doctor.csv", askedOf(wish));
    report.href = address("/v1/doctor.html", askedOf(wish));
    sure.value = wish.sure;
    showChoices(wish, answer);
  }

  /** The choices alone, as the numbers change while one decides. */
  function showChoices(wish, { kinds: all }) {
    const many = (of, what = "count") => of.reduce((sum, one) => sum + one[what], 0);
    const fresh = many(all, "new");
    const inSection = all.filter(({ section }) => !wish.section || section === wish.section);
    const section = wish.section || all.find(({ kind }) => kind === wish.kind)?.section || "";
    fill(shows, SHOWS.map(([value, words]) => item(choice(words, wish.show === value, { ...wish, show: value, kind: "", section: "" }))));
    sections.hidden = Boolean(wish.product); // whose findings are few; the numbers are those of all
    fill(sections,
      item(choice("All", !section && !wish.kind, { ...wish, section: "", kind: "" }, many(all))),
      [...SECTIONS].map(([value, words]) => item(choice(words, section === value, { ...wish, section: value, kind: "" }, many(all.filter((one) => one.section === value))))),
      (fresh > 0 || wish.fresh) && el("li", { class: "review-apart" }, choice("New", wish.fresh, { ...wish, fresh: !wish.fresh, kind: "" }, fresh)));
    const offered = (section ? all.filter((one) => one.section === section) : inSection).filter(({ kind, count }) => count > 0 || kind === wish.kind);
    kinds.hidden = !section || Boolean(wish.product);
    fill(board, section || wish.product ? null : [...SECTIONS].map(([value, words]) => columnOf(words, all.filter((one) => one.section === value && one.count > 0), wish)));
    board.hidden = !board.querySelector("a");
    keepingFocus(kinds, () => fill(kinds, offered.map((one) => item(choice(one.title, wish.kind === one.kind, { ...wish, kind: wish.kind === one.kind ? "" : one.kind, section: one.section }, one.count)))));
    const current = kinds.querySelector("[aria-current]");
    if (current) kinds.scrollLeft = current.parentElement.offsetLeft - kinds.offsetLeft - (kinds.clientWidth - current.offsetWidth) / 2; // in a row of one line
  }

  function name(wish, words) {
    only.hidden = !wish.product;
    fill(only, wish.product && el("a", { class: "chip", href: doctorAddress({ ...wish, product: "" }), "aria-label": `Remove product: ${words}` }, el("span", null, `Only of “${words}”`), icon("close")));
  }

  return { element, show, showChoices, name };
}

/** What was found of a section: each kind, and how often. */
function columnOf(words, kinds, wish) {
  const row = ({ kind, title, count, new: fresh }) =>
    el("li", null, el("a", { href: doctorAddress({ ...wish, kind }), dataset: { key: `board ${kind}` } }, el("span", null, title), fresh > 0 && el("span", { class: "board-new", title: `${number(fresh)} new` }, el("span", { class: "unseen" }, `${number(fresh)} new`)), el("span", { class: "board-count" }, number(count))));
  return kinds.length > 0 && el("section", null, el("h2", null, words), el("ul", null, kinds.map(row)));
}

const item = (child) => el("li", null, child);

function whenWords({ products, pictures, examined_at: at, seconds, stale }) {
  return [
    `${counted(products, "product")}, ${counted(pictures, "picture")} examined `,
    el("time", { datetime: new Date(at).toISOString(), title: new Date(at).toLocaleString("en-GB") }, ago(at)),
    seconds >= 1 && `, in ${number(Math.round(seconds))} s`,
    ".",
    stale && el("strong", { class: "doctor-stale" }, " The catalogue has changed since."),
  ];
}

function choice(words, current, wish, many) {
  return el("a", { class: "review-choice", href: doctorAddress(wish), "aria-current": current ? "true" : null, dataset: { key: `choice ${words}` } }, words, many !== undefined && el("span", { class: "review-count" }, number(many)));
}
