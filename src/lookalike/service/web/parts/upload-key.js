/** The form for a key, where writing needs one. */

import { forget, send } from "../api.js";
import { el, icon } from "./el.js";

/** `onopen()` is called once the service has taken the key; `title` says what it is for. */
export function keyForm(onopen, { title = "Adding products needs a key", level = 1 } = {}) {
  const problem = el("p", { class: "form-problem", role: "alert", id: "write-key-problem" });
  const field = el("input", { type: "password", id: "write-key", name: "key", required: true, autocomplete: "current-password", "aria-describedby": "write-key-problem" });
  const button = el("button", { type: "submit", class: "button" }, "Continue");
  const form = el(
    "form",
    { class: "key-form", on: { submit: (event) => (event.preventDefault(), void enter()) } },
    el("span", { class: "notice-mark" }, icon("key")),
    el(`h${level}`, null, title),
    el("p", { class: "soft" }, "Whoever runs this shop can give you a write key. This browser then stays signed in for a week."),
    el("label", { for: "write-key" }, "Write key"),
    el("div", { class: "key-line" }, field, button),
    problem,
  );

  async function enter() {
    problem.textContent = "";
    button.disabled = true;
    try {
      await send("POST", "/v1/session", { key: field.value });
      forget();
      if (!(await onopen())) problem.textContent = "This key may only read. Ask for a write key.";
    } catch (error) {
      problem.textContent = `${error.message} ${error.nextStep ?? ""}`.trim();
    }
    button.disabled = false;
    field.select();
  }

  return form;
}
