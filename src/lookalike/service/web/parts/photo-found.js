/** What looks like a photo: asked of the service, and shown. */

import { send } from "../api.js";
import { card, ghost } from "./card.js";
import { el, fill } from "./el.js";
import { reorder } from "./flip.js";
import { foldedLine } from "./folded.js";
import { notice, problemNotice } from "./notice.js";

const STEP = 24;
const MOST = 96;
const REMEMBERED = 8;
const FRESH = 120_000; // milliseconds for which an answer may be shown again
const answers = new Map(); // of the last questions, so that going back is at once

/**
 * The service's answer to a photo and {crop, where, weights, k}; those that are "" are left out.
 * @param {{key: string, blob: Blob, shown: boolean, name: string}} photo
 */
export async function askByPhoto(photo, question, signal) {
  const name = `${photo.key} ${JSON.stringify(question)}`;
  const before = answers.get(name);
  if (before && Date.now() - before.at < FRESH) return before.answer;
  const body = new FormData();
  body.append("image", photo.blob, photo.shown ? "photo.jpg" : photo.name);
  for (const [key, value] of Object.entries(question)) if (value) body.append(key, value);
  const answer = await send("POST", "/v1/search", body, { signal });
  answers.set(name, { at: Date.now(), answer });
  if (answers.size > REMEMBERED) answers.delete(answers.keys().next().value);
  return answer;
}

/** How many results are asked for, as an address says it. */
export function countFrom(text) {
  const k = Number(text ?? STEP);
  return k >= 1 && k <= MOST ? Math.floor(k) : STEP;
}

/** One step more. */
export const countMore = (k) => Math.min(k + STEP, MOST);

/** What an address says of it: nothing of the first step. */
export const countText = (k) => (k === STEP ? null : k);

/** A heading with a count, the results, or what is to be said instead; `controls` stand between. */
export function findings({ again, clear, more, fold, choose, controls }) {
  const list = el("ul", { class: "grid photo-grid", "aria-label": "What looks like the photo" });
  const count = el("p", { class: "found-count", role: "status" });
  const message = el("div", { class: "found-message" });
  const head = el("div", { class: "found-head" }, el("h2", { id: "found-title" }, "Looks like it"), count);
  const folded = foldedLine(fold);
  const further = el("p", { class: "found-more", hidden: true }, el("button", { type: "button", class: "button quiet", on: { click: more } }, "Show more"));
  const element = el("section", { class: "photo-found", "aria-labelledby": "found-title" }, head, controls, message, folded.element, list, further);
  const cards = new Map();
  list.append(...Array.from({ length: 8 }, () => ghost()));

  function put(results) {
    const now = new Map(results.map((result) => [result.id, kept(cards, result)]));
    const fresh = cards.size === 0;
    cards.clear();
    for (const [id, one] of now) cards.set(id, one);
    const nodes = [...now.values()].map(({ node }) => node);
    if (fresh) list.replaceChildren(...nodes);
    else reorder(list, nodes);
  }

  function show(answer, { k, duplicates }, filtered) {
    const many = answer.results.length;
    further.hidden = answer.complete || many < k || k >= MOST;
    count.textContent = many ? `${many} ${many === 1 ? "product" : "products"}, the most alike first` : "";
    fill(message, !many && nothing(filtered, clear));
    folded.show(answer.explain, duplicates);
    put(answer.results);
  }

  function fail(error) {
    count.textContent = "";
    further.hidden = true;
    folded.show(null);
    fill(message, error.code === "bad-picture" ? unreadable(error, choose) : problemNotice(error, { again, level: 2 }));
    put([]);
  }

  function busy(is) {
    if (is) element.setAttribute("aria-busy", "true");
    else element.removeAttribute("aria-busy");
  }

  return { element, show, fail, busy };
}

/** The card of a result: the one that is there while it says the same, so that it can move. */
function kept(cards, result) {
  const says = JSON.stringify([result.product, result.why, result.evidence?.picture, result.copies]);
  const before = cards.get(result.id);
  return before?.says === says ? before : { says, node: card(result, { sizes: "(max-width: 720px) 45vw, 220px" }) };
}

/** The service cannot read the photo either: what a shopper can do about it. */
function unreadable(error, choose) {
  return notice({
    title: "This photo cannot be read",
    text: "Save it as a JPEG, or take a screenshot of it, and choose that. iPhones make JPEGs when the camera's format is “Most Compatible”.",
    code: `${error.code} · ${error.message}`,
    actions: [el("button", { type: "button", class: "button", on: { click: choose } }, "Choose another photo")],
  });
}

function nothing(filtered, clear) {
  return notice({
    title: filtered ? "Nothing passes these filters" : "There is nothing in this shop yet",
    text: filtered ? "Without them there is more." : "As soon as products are added, they are found by photo.",
    mark: "search",
    actions: [filtered && el("button", { type: "button", class: "button", on: { click: clear } }, "Clear the filters")],
  });
}
