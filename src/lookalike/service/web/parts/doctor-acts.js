/** The buttons of a finding: one click applies what is suggested, says that nothing is wrong, or takes that back. */

import { applied, applying, column } from "./doctor-words.js";
import { el, fill, icon } from "./el.js";

/**
 * {element, show(state), act(name)}: `act` does what the button of that name does, where it is there.
 * `ondecide(decision, value)` hears of it; a state is {decision, value, said}: what was decided, and what to say of it.
 * @param {any} finding
 * @param {(decision: string, value?: string) => void} ondecide
 */
export function actsOf(finding, ondecide) {
  const element = el("div", { class: "finding-acts" });
  const words = applying(finding);
  const button = (kind, name, text, key, click) => el("button", { type: "button", class: `button ${kind}`, "aria-keyshortcuts": key, on: { click } }, name && icon(name), el("span", null, text));
  const does = {
    apply: finding.can_apply && words ? () => ondecide("apply") : null,
    other: finding.takes_value ? () => ask() : null,
    dismiss: () => ondecide("dismiss"),
    undo: null,
  };
  let now = { decision: null };

  function show(state) {
    now = state;
    does.undo = state.decision ? () => ondecide("undo") : null;
    const said = el("p", { class: state.said ? "acts-problem" : "acts-done", role: state.said ? "alert" : null }, state.said || doneWords(finding, state));
    if (state.decision) return void fill(element, said, button("quiet", "undo", "Undo", "U", () => ondecide("undo")));
    fill(
      element,
      state.said && said,
      does.apply && button("", "check", words, "A", does.apply),
      does.other && button("quiet", "", does.apply ? "Other value …" : `${finding.value ? "Correct" : "Fill in"} the ${column(finding).toLowerCase()} …`, "O", ask),
      finding.kind === "same-product" && el("a", { class: "button quiet", href: `/duplicates?product=${encodeURIComponent(finding.products[0])}` }, icon("twice"), el("span", null, "Compare them")),
      button("quiet", does.apply || does.other ? "" : "check", "This is no fault", "D", does.dismiss),
    );
  }

  function ask() {
    const list = `values-${finding.id}`;
    const field = el("input", { type: "text", name: "value", required: true, list, value: finding.suggestion || finding.value, "aria-label": `The right ${column(finding).toLowerCase() || "value"}`, autocomplete: "off" });
    const known = [...new Set((finding.evidence.products ?? []).map(({ value }) => value).filter(Boolean))];
    const close = () => (show(now), element.querySelector("[aria-keyshortcuts=O]")?.focus());
    const form = el(
      "form",
      { class: "acts-form", on: { submit: (event) => (event.preventDefault(), field.value.trim() && ondecide("apply", field.value.trim())), keydown: (event) => event.key === "Escape" && close() } },
      field,
      el("datalist", { id: list }, known.map((value) => el("option", { value }))),
      el("button", { type: "submit", class: "button" }, "Change"),
      el("button", { type: "button", class: "button quiet", on: { click: close } }, "Cancel"),
    );
    fill(element, form);
    field.focus();
    field.select();
  }

  const act = (name) => does[name] && (name === "undo" || !now.decision) && does[name]();
  return { element, show, act };
}

function doneWords(finding, { decision, value }) {
  return decision === "dismissed" ? "No fault: it is not told again." : applied(finding, value ?? finding.suggestion);
}
