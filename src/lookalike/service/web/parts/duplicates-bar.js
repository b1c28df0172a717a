/** The bar below a group: decide about the whole of it, go on, go back, take back. */

import { areVariants } from "./duplicates-words.js";
import { el, fill, icon } from "./el.js";

/** The keys, by what they do. */
const KEYS = [
  ["S", "all others are the same"],
  ["N", "none of the others is"],
  ["Enter", "the filled button"],
  ["2 … 9", "that picture is not the same"],
  ["Shift 1 … 9", "keep that picture"],
  ["F, held", "picture 1 in their place"],
  ["L", "look closely"],
  ["→  ←", "next, previous group"],
  ["U", "undo"],
];

/**
 * @param {{onrest: (verdict: string) => void, onstep: (by: number) => void, onundo: () => void}} own
 */
export function reviewBar({ onrest, onstep, onundo }) {
  const button = (kind, name, words, key, listener) =>
    el("button", { type: "button", class: `button ${kind}`, "aria-keyshortcuts": key, on: { click: listener } }, icon(name), el("span", { class: "bar-words" }, words));
  const back = button("quiet bar-step", "back", "Previous", "ArrowLeft", () => onstep(-1));
  const next = button("quiet bar-step bar-next", "next", "Next", "ArrowRight", () => onstep(1));
  const unlike = button("quiet bar-none", "close", "Not the same", "N", () => onrest("not-same"));
  const same = button("bar-all", "check", "The same", "S", () => onrest("same"));
  const undo = button("quiet bar-undo", "undo", "Undo", "U", onundo);
  const far = el("span", { class: "bar-far" });
  const line = el("span", { class: "bar-line", "aria-hidden": "true" });
  const saved = el("p", { class: "bar-saved", role: "status" });
  const keys = el(
    "details",
    { class: "bar-keys" },
    el("summary", { "aria-label": "Keys" }, icon("keys"), el("span", { class: "bar-words" }, "Keys")),
    el("dl", null, KEYS.map(([key, does]) => el("div", null, el("dt", null, key), el("dd", null, does)))),
  );
  const element = el("div", { class: "review-bar waiting", role: "toolbar", "aria-label": "This group" }, line, back, undo, far, saved, unlike, same, keys, next);
  const words = (of, text) => (of.querySelector(".bar-words").textContent = text);

  return {
    element,
    say: (text, ...more) => fill(saved, text, ...more),
    far: (done, total) => {
      far.textContent = total ? `${done.toLocaleString("en-GB")} of ${total.toLocaleString("en-GB")} reviewed` : "";
      element.style.setProperty("--far", String(total ? done / total : 0));
    },
    /** Put the keys away. */
    fold: () => {
      if (keys.contains(document.activeElement)) keys.firstElementChild.focus({ preventScroll: true });
      keys.open = false;
    },
    /** Follow an item: what the buttons would say of it, and where it stands. */
    show: (item, { may, first, last, undoable }) => {
      back.disabled = first;
      next.disabled = last;
      undo.disabled = !undoable;
      undo.hidden = same.hidden = unlike.hidden = !may;
      const variants = areVariants(item.group);
      same.classList.toggle("quiet", variants);
      unlike.classList.toggle("quiet", !variants);
      if (variants) same.removeAttribute("aria-keyshortcuts");
      else same.setAttribute("aria-keyshortcuts", "S Enter");
      unlike.setAttribute("aria-keyshortcuts", variants ? "N Enter" : "N");
      const others = item.group.members.length - 1;
      const open = others - item.marks.size;
      const part = item.marks.size > 0 && open > 0;
      const rest = open > 1 ? `Other ${open}` : "Last one";
      words(same, part ? `${rest} the same` : others > 1 ? "All the same" : "The same");
      words(unlike, part ? `${rest} not` : others > 1 ? "None the same" : "Not the same");
      const all = (verdict) => item.done && [...item.marks.values()].every((one) => one === verdict);
      same.classList.toggle("said", all("same"));
      unlike.classList.toggle("said", all("not-same"));
      words(next, item.done ? "Next" : "Later");
    },
  };
}
