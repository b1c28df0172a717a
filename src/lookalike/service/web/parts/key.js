/** Asking for a key, where the service shows its products only to those who have one. */

import { forget, send } from "../api.js";
import { el } from "./el.js";

let open = false;

/** Ask for a key in a dialog; the service keeps it in a cookie that scripts cannot read. */
export function askForKey(again) {
  if (open) return;
  open = true;
  const said = el("p", { class: "form-problem", role: "alert" });
  const field = el("input", {
    type: "password",
    name: "key",
    id: "key",
    required: true,
    autocomplete: "current-password",
  });
  const dialog = el(
    "dialog",
    { class: "dialog", "aria-labelledby": "key-title" },
    el(
      "form",
      { method: "dialog", on: { submit: (event) => enter(event, dialog, field, said, again) } },
      el("h2", { id: "key-title" }, "This shop asks for a key"),
      el("p", { class: "soft" }, "Whoever runs it can give you one. This browser then stays signed in for a week."),
      el("label", { for: "key" }, "Key"),
      field,
      said,
      el("p", { class: "dialog-actions" }, el("button", { class: "button", type: "submit" }, "Open the shop")),
    ),
  );
  dialog.addEventListener("close", () => {
    open = false;
    dialog.remove();
    if (!dialog.returnValue) unlock();
  });
  document.body.append(dialog);
  dialog.showModal();
}

/** Show the page again that is kept out of sight while a key is asked for. */
const unlock = () => document.documentElement.classList.remove("locked");

async function enter(event, dialog, field, said, again) {
  event.preventDefault();
  said.textContent = "";
  try {
    await send("POST", "/v1/session", { key: field.value });
    forget();
    dialog.close("open");
    await again();
    if (!open) unlock();
  } catch (error) {
    said.textContent = `${error.message} ${error.nextStep ?? ""}`.trim();
    field.select();
  }
}
