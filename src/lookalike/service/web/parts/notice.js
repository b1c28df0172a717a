/** What is said when there is nothing to show, or when something went wrong. */

import { el, icon } from "./el.js";

/**
 * A notice in the middle of a view.
 * @param {{title: string, text?: string, mark?: string, level?: 1 | 2, actions?: (Node | null)[], code?: string}} said
 */
export function notice({ title, text, mark = "picture", level = 2, actions = [], code }) {
  return el(
    "section",
    { class: "notice" },
    el("span", { class: "notice-mark" }, icon(mark)),
    el(`h${level}`, { class: "notice-title" }, title),
    text && el("p", { class: "notice-text" }, text),
    actions.some(Boolean) && el("p", { class: "notice-actions" }, actions),
    code && el("p", { class: "notice-code" }, code),
  );
}

/** Whoever closed the dialog without a key may ask for it again. */
function keyNotice(again, level) {
  return notice({
    title: "This shop asks for a key",
    text: "Whoever runs it can give you one.",
    level,
    mark: "key",
    actions: [again && el("button", { class: "button", type: "button", on: { click: () => again() } }, "Enter a key")],
  });
}

/**
 * A problem of the service as a notice: what is wrong, what to do next, its code, and a way to try again.
 * @param {Error & {code?: string, nextStep?: string, requestId?: string, status?: number}} error
 * @param {{again?: () => void, level?: 1 | 2}} [options]
 */
export function problemNotice(error, { again, level = 1 } = {}) {
  const lost = error.code === "no-answer";
  if (error.status === 401) return keyNotice(again, level);
  const known = error.nextStep !== undefined;
  const title = lost ? "The shop is not answering" : known ? error.message : "Something went wrong on this page";
  const text = lost
    ? "This view comes back by itself as soon as the shop does."
    : known
      ? error.nextStep
      : "Reload the page to start afresh.";
  return notice({
    title,
    text,
    level,
    mark: lost ? "cloud" : "again",
    code: known ? [error.code, error.requestId].filter(Boolean).join(" · ") : String(error.message),
    actions: [
      again &&
        el(
          "button",
          { class: "button", type: "button", on: { click: () => (known ? again() : location.reload()) } },
          icon("again"),
          known ? "Try again" : "Reload",
        ),
      el("a", { class: "button quiet", href: "/" }, "To the shop"),
    ],
  });
}
