/** A photo on the desk: its box, and what looks like it as the box moves. */

import { address, send } from "../api.js";
import { crop } from "./crop.js";
import { el, fill, icon } from "./el.js";
import { notice, problemNotice } from "./notice.js";
import { asking } from "./photo-asking.js";
import { boxFrom, boxText, isWhole } from "./photo-box.js";
import { photoResults } from "./photo-results.js";
import { forgetPhoto } from "./photo-store.js";

const K = 24;
const REMEMBERED = 8;
const FRESH = 120_000; // milliseconds for which an answer may be shown again
const PROMISE = "The photo goes to this shop's service alone, which does not keep it.";
const answers = new Map(); // of the last questions, so that going back is at once

/**
 * @param {{key: string, blob: Blob, width: number, height: number, shown: boolean, name: string}} photo
 * @returns {{element: HTMLElement, begin: () => Promise<void>, turn: (params: URLSearchParams) => void, dispose: () => void}}
 */
export function photoDesk(photo, inputs, place) {
  const state = { box: boxFrom(place.params.get("box")), begun: () => {} };
  const found = findings(() => again());
  const question = () => ({ crop: isWhole(state.box) ? "" : boxText(state.box) });
  const line = asking({
    ask: (asked, signal) => ask(photo, asked, signal),
    show: (answer) => (found.show(answer), state.begun()),
    fail: (error) => (found.fail(error), state.begun()),
    busy: found.busy,
  });
  const again = () => line.want(question(), { now: true });

  function settle(box) {
    state.box = box;
    again();
    const named = isWhole(box) ? null : boxText(box);
    void place.go(address("/photo", { key: photo.key, box: named }), { replace: true, quiet: true });
  }

  const shown = showing(photo, {
    box: state.box,
    onchange: (box) => ((state.box = box), line.want(question())),
    onsettle: settle,
    signal: place.signal,
  });
  const side = el("div", { class: "photo-side" }, shown.element, toolbar(photo, shown, inputs, place), el("p", { class: "photo-promise" }, PROMISE));
  return {
    element: el("div", { class: "photo-desk" }, el("h1", { class: "unseen" }, "Search by photo"), side, found.element),
    begin: () => new Promise((resolve) => ((state.begun = resolve), again())),
    turn(params) {
      state.box = boxFrom(params.get("box"));
      shown.set(state.box);
      again();
    },
    dispose() {
      line.stop();
      shown.dispose();
    },
  };
}

/** The photo with its box; a plain tile for one that this browser cannot show. */
function showing(photo, options) {
  if (!photo.shown) return { element: unseen(photo), set: () => {}, dispose: () => {} };
  const url = URL.createObjectURL(photo.blob);
  const image = el("img", { alt: "Your photo", width: photo.width, height: photo.height });
  image.src = url;
  const cropping = crop({ picture: image, ...options });
  cropping.element.style.setProperty("--ratio", photo.width / photo.height);
  return {
    element: cropping.element,
    set: cropping.set,
    reset: cropping.reset,
    dispose() {
      cropping.dispose();
      URL.revokeObjectURL(url);
    },
  };
}

function unseen(photo) {
  return el("div", { class: "photo-unseen" }, icon("picture"), el("p", null, el("b", null, photo.name)),
    el("p", { class: "soft" }, "This browser cannot show this kind of picture. The shop looks at the whole of it."));
}

function toolbar(photo, shown, inputs, place) {
  const forget = async () => {
    await forgetPhoto(photo.key);
    await place.go("/photo", { replace: true });
  };
  const tool = (name, picture, click) => el("button", { type: "button", class: "tool", on: { click } }, icon(picture), name);
  return el(
    "div",
    { class: "photo-tools", role: "group", "aria-label": "This photo" },
    shown.reset && tool("Whole photo", "whole", () => shown.reset()),
    tool("Another photo", "picture", inputs.choose),
    inputs.shoot && tool("Camera", "camera", inputs.shoot),
    tool("Forget this photo", "bin", forget),
  );
}

async function ask(photo, question, signal) {
  const name = `${photo.key} ${JSON.stringify(question)}`;
  const before = answers.get(name);
  if (before && Date.now() - before.at < FRESH) return before.answer;
  const body = new FormData();
  body.append("image", photo.blob, photo.shown ? "photo.jpg" : photo.name);
  body.append("k", K);
  for (const [key, value] of Object.entries(question)) if (value) body.append(key, value);
  const answer = await send("POST", "/v1/search", body, { signal });
  answers.set(name, { at: Date.now(), answer });
  if (answers.size > REMEMBERED) answers.delete(answers.keys().next().value);
  return answer;
}

/** What was found: a heading with its count, the results, or what is to be said instead. */
function findings(again) {
  const results = photoResults();
  const count = el("p", { class: "found-count", role: "status" });
  const message = el("div", { class: "found-message" });
  const head = el("div", { class: "found-head" }, el("h2", { id: "found-title" }, "Looks like it"), count);
  const element = el("section", { class: "photo-found", "aria-labelledby": "found-title" }, head, message, results.element);
  results.wait(8);

  function show(answer) {
    const many = answer.results.length;
    count.textContent = many ? `${many} ${many === 1 ? "product" : "products"}, the most alike first` : "";
    fill(message, !many && notice({ title: "Nothing in this shop fits", text: "Try another part of the photo, or the whole of it." }));
    results.show(answer.results);
  }

  function fail(error) {
    count.textContent = "";
    fill(message, problemNotice(error, { again, level: 2 }));
    results.show([]);
  }

  return { element, show, fail, busy: (is) => element.setAttribute("aria-busy", String(is)) };
}
