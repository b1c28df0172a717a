/** The question before everything of a shopper is erased. */

import { el } from "./el.js";

/** Resolves to whether to erase. @param {{title: string, text: string, yes: string}} words */
export function askToErase({ title, text, yes }) {
  return new Promise((resolve) => {
    const answer = (said) => el("button", { type: "submit", value: said, class: said ? "button" : "button quiet" }, said ? yes : "Keep it");
    const dialog = el(
      "dialog",
      { class: "dialog", "aria-labelledby": "erase-title", "aria-describedby": "erase-text" },
      el("form", { method: "dialog" }, el("h2", { id: "erase-title" }, title), el("p", { class: "soft", id: "erase-text" }, text), el("p", { class: "dialog-actions erase-actions" }, answer(""), answer("yes"))),
    );
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close(""));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
