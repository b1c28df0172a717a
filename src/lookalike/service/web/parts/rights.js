/** What is said to those who may look at a review but not decide. */

import { get } from "../api.js";
import { el, fill } from "./el.js";
import { keyForm } from "./upload-key.js";

const DECIDING = {
  title: "Deciding needs a key",
  need: "To decide, you need a write key. ",
  closed: "You can look, but not decide: this shop takes decisions from its own machine only, or by a write key that whoever runs it can set up.",
};

/** {element, show(session, hidden)}; `onopen()` is called once a write key was entered. `words` say what for. */
export function rightsLine(onopen, words = DECIDING) {
  const element = el("div", { class: "review-rights", hidden: true });
  const opened = async () => (await get("/v1/session")).write && (onopen(), true);
  const ask = () => fill(element, keyForm(opened, { title: words.title, level: 2 }));

  function show(session, hidden) {
    element.hidden = hidden;
    if (hidden) return;
    fill(element, el("p", null, session.keys
      ? [words.need, el("button", { type: "button", class: "link", on: { click: ask } }, "Enter a key")]
      : words.closed));
  }

  return { element, show };
}
