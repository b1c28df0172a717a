/** What is said to those who may look at a review but not decide. */

import { get } from "../api.js";
import { el, fill } from "./el.js";
import { keyForm } from "./upload-key.js";

/** {element, show(session, hidden)}; `onopen()` is called once a write key was entered. */
export function rightsLine(onopen) {
  const element = el("div", { class: "review-rights", hidden: true });
  const opened = async () => (await get("/v1/session")).write && (onopen(), true);
  const ask = () => fill(element, keyForm(opened, { title: "Deciding needs a key", level: 2 }));

  function show(session, hidden) {
    element.hidden = hidden;
    if (hidden) return;
    fill(element, el("p", null, session.keys
      ? ["To decide, you need a write key. ", el("button", { type: "button", class: "link", on: { click: ask } }, "Enter a key")]
      : "You can look, but not decide: this shop takes decisions from its own machine only, or by a write key that whoever runs it can set up."));
  }

  return { element, show };
}
