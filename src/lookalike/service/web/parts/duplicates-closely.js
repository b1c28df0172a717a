/** Two pictures of a group large and in the same place: the first one and another. */

import { at as sized } from "./picture.js";
import { pictureOf, productOf, sizeOf } from "./duplicates-words.js";
import { el, fill, icon } from "./el.js";

const WIDE = 1024;

/** `open(at)` shows a member in a dialog of its own; `unlike` offers what differs. */
export function closely(group, signal, { unlike = true } = {}) {
  const state = { at: 0, first: false, unlike: false };
  const own = { images: el("div", { class: "closely-stage" }), words: el("p", { class: "closely-words", role: "status" }) };
  const button = (name, words, listener) => el("button", { type: "button", class: "button quiet", "aria-label": words, on: { click: listener } }, icon(name));
  own.flip = el("button", { type: "button", class: "button", autofocus: true, on: { click: () => turn({ first: !state.first, unlike: false }) } });
  own.unlike = el("button", { type: "button", class: "button quiet", "aria-pressed": "false", hidden: !unlike, on: { click: () => turn({ unlike: !state.unlike, first: false }) } }, "Difference");
  const close = el("button", { type: "button", class: "button quiet closely-close", "aria-label": "Close", on: { click: () => dialog.close() } }, icon("close"));
  const dialog = el(
    "dialog",
    { class: "closely", "aria-label": group.members.length < 2 ? "The picture" : "Two pictures in the same place" },
    own.words,
    close,
    own.images,
    el("p", { class: "closely-ways", hidden: group.members.length < 2 }, button("back", "The picture before", () => step(-1)), own.flip, own.unlike, button("next", "The next picture", () => step(1))),
  );
  own.images.addEventListener("click", () => state.at > 0 && turn({ first: !state.first, unlike: false }));
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (steps) step(steps);
    else if (event.key.toLowerCase() === "f" && state.at > 0) turn({ first: !state.first, unlike: false });
    else return;
    event.preventDefault();
  });
  signal.addEventListener("abort", () => dialog.close());

  function step(by) {
    turn({ at: (state.at + by + group.members.length) % group.members.length, first: false, unlike: false });
  }

  function turn(next) {
    Object.assign(state, next);
    const shown = group.members[state.first ? 0 : state.at];
    if (fresh(state.at)) fill(own.images, image(group.members[state.at], "that"), state.at > 0 && image(group.members[0], "first"));
    own.images.dataset.at = String(state.at);
    dialog.classList.toggle("shows-first", state.first);
    dialog.classList.toggle("shows-unlike", state.unlike);
    const compared = state.unlike ? `What differs between picture 1 and picture ${state.at + 1}: the darker, the more alike` : said(shown, state.first ? 0 : state.at);
    own.words.textContent = compared;
    own.flip.disabled = own.unlike.disabled = state.at === 0;
    own.flip.textContent = state.first ? `Show picture ${state.at + 1}` : "Show picture 1";
    own.unlike.setAttribute("aria-pressed", String(state.unlike));
  }

  const fresh = (at) => own.images.dataset.at !== String(at);
  const said = (member, at) => [`Picture ${at + 1} of ${group.members.length}`, productOf(member).title || member.id, sizeOf(member)].filter(Boolean).join(" · ");

  return {
    open: (at) => {
      turn({ at, first: false, unlike: false });
      document.body.append(dialog);
      dialog.showModal();
    },
  };
}

function image(member, name) {
  const picture = pictureOf(member);
  return el("img", { class: `closely-${name}`, src: picture && sized(picture.url, WIDE), alt: name === "that" ? productOf(member).title || member.id : "", draggable: "false" });
}
