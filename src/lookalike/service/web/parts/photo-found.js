/** What looks like a photo: asked of the service, and shown. */

import { send } from "../api.js";
import { el } from "./el.js";
import { notice, problemNotice } from "./notice.js";
import { showRead } from "./read.js";
import { resultList } from "./results.js";

const REMEMBERED = 8;
const FRESH = 120_000; // milliseconds for which an answer may be shown again
const answers = new Map(); // of the last questions, so that going back is at once

/**
 * The service's answer to a photo and a question, such as {crop, where, like, k}; what is "" or null is left out.
 * @param {{key: string, blob: Blob, shown: boolean, name: string}} photo
 */
export async function askByPhoto(photo, question, signal) {
  const name = `${photo.key} ${JSON.stringify(question)}`;
  const before = answers.get(name);
  if (before && Date.now() - before.at < FRESH) return before.answer;
  const body = new FormData();
  body.append("image", photo.blob, photo.shown ? "photo.jpg" : photo.name);
  for (const [key, value] of Object.entries(question)) for (const one of [value].flat()) if (one) body.append(key, one);
  const answer = await send("POST", "/v1/search", body, { signal });
  answers.set(name, { at: Date.now(), answer });
  if (answers.size > REMEMBERED) answers.delete(answers.keys().next().value);
  return answer;
}

/** A heading with a count, the results, or what is to be said instead; `controls` stand between. */
export function findings({ again, clear, more, fold, take, colour, choose, controls }) {
  const count = el("p", { class: "found-count", role: "status" });
  const read = el("p", { class: "read" });
  const results = resultList({
    label: "What looks like the photo",
    name: "photo-grid",
    sizes: "(max-width: 720px) 45vw, 220px",
    waiting: 8,
    more,
    fold,
    take,
    nothing: () => nothing(filtered, clear),
  });
  const title = el("h2", { id: "found-title" }, "Looks like it");
  const head = el("div", { class: "found-head" }, title, count);
  const element = el("section", { class: "photo-found", "aria-labelledby": "found-title" }, head, controls, read, results.element);
  let filtered = false;
  results.wait();

  function show(answer, { k, duplicates, wishes }, isFiltered) {
    const many = answer.results.length;
    filtered = isFiltered;
    title.textContent = answer.nothing_close ? "Nothing close" : "Looks like it";
    count.textContent = many ? `${many} ${many === 1 ? "product" : "products"}, the most alike first` : "";
    showRead(read, answer.explain.words, wishes, colour);
    results.show(answer, { k, duplicates });
  }

  function fail(error) {
    count.textContent = "";
    showRead(read, null);
    results.say(error.code === "bad-picture" ? unreadable(error, choose) : problemNotice(error, { again, level: 2 }));
  }

  function busy(is) {
    if (is) element.setAttribute("aria-busy", "true");
    else element.removeAttribute("aria-busy");
  }

  return { element, show, fail, busy, focus: results.focus };
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
