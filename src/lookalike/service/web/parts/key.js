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
      el("p", { class: "soft" }, "Whoever runs it can give you one. It is kept until you close the browser."),
      el("label", { for: "key" }, "Key"),
      field,
      said,
      el("p", { class: "dialog-actions" }, el("button", { class: "button", type: "submit" }, "Open the shop")),
    ),
  );
  dialog.addEventListener("close", () => {
    open = false;
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
}

async function enter(event, dialog, field, said, again) {
  event.preventDefault();
  said.textContent = "";
  try {
    await send("POST", "/v1/session", { key: field.value });
    forget();
    dialog.close();
    await again();
  } catch (error) {
    said.textContent = `${error.message} ${error.nextStep ?? ""}`.trim();
    field.select();
  }
}
