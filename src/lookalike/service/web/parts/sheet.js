/** Filters beside the grid on a wide screen, and in a sheet from below on a narrow one. */

import { el, icon } from "./el.js";

const NARROW = "(max-width: 960px)";

/**
 * Keep a panel where the screen has room for it.
 * @param {HTMLElement} panel
 * @param {HTMLElement} aside where it stands on a wide screen
 * @param {AbortSignal} signal
 * @param {() => void} clear
 */
export function sheetFor(panel, aside, signal, clear) {
  const count = el("span", { class: "opener-count", hidden: true });
  const opener = el(
    "button",
    { class: "opener button", type: "button", "aria-haspopup": "dialog", on: { click: () => open() } },
    icon("filters"),
    "Filters",
    count,
  );
  const show = el("button", { class: "button", type: "button", on: { click: () => dialog.close() } }, "Show products");
  const body = el("div", { class: "sheet-body" });
  const close = el(
    "button",
    { class: "sheet-close", type: "button", "aria-label": "Close the filters", on: { click: () => dialog.close() } },
    icon("close"),
  );
  const dialog = el(
    "dialog",
    { class: "sheet", "aria-labelledby": "sheet-title" },
    el("header", { class: "sheet-head" }, el("h2", { id: "sheet-title" }, "Filters"), close),
    body,
    el(
      "footer",
      { class: "sheet-foot" },
      el("button", { class: "button quiet", type: "button", on: { click: clear } }, "Clear"),
      show,
    ),
  );
  const narrow = matchMedia(NARROW);
  const place = () => {
    if (!narrow.matches && dialog.open) dialog.close();
    (narrow.matches ? body : aside).append(panel);
  };
  const open = () => {
    dialog.showModal();
    document.documentElement.classList.add("held");
  };
  dialog.addEventListener("close", () => document.documentElement.classList.remove("held"));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  narrow.addEventListener("change", place, { signal });
  signal.addEventListener("abort", () => {
    dialog.close();
    dialog.remove();
  });
  place();
  document.body.append(dialog);
  return {
    opener,
    isOpen: () => dialog.open,
    /** Say how many products there are, and how many filters hold. */
    say: (products, filters) => {
      show.textContent = `Show ${products}`;
      count.textContent = String(filters);
      count.hidden = filters === 0;
    },
  };
}
