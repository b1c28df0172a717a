/** The page's head: a search in titles, which filters as one writes, and the tools of those who run the shop. */

import { address } from "../api.js";

const REST = 220; // milliseconds without a key before what was written is searched

/** Bring the head to life. In the shop a search keeps the filters; elsewhere it leads to the shop. */
export function header(top, go) {
  const form = top.querySelector("form");
  const field = form.querySelector("input");
  let timer = 0;
  let opened = false;
  const search = (replace) => {
    clearTimeout(timer);
    const params = new URLSearchParams(location.pathname === "/" ? location.search : "");
    if ((params.get("text") ?? "") === field.value.trim() && location.pathname === "/") return;
    if (field.value.trim()) params.set("text", field.value.trim());
    else params.delete("text");
    const query = params.toString();
    void go(query ? `/?${query}` : "/", { replace });
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (location.pathname !== "/" && !field.value.trim()) return;
    search(false);
  });
  const imagining = form.querySelector(".find-imagine");
  imagining.addEventListener("click", () => {
    clearTimeout(timer);
    imagining.href = address("/imagine", { text: field.value.trim() });
  });
  field.addEventListener("focus", () => (opened = false));
  field.addEventListener("input", () => {
    clearTimeout(timer);
    if (location.pathname !== "/") return;
    timer = setTimeout(() => {
      search(opened);
      opened = true;
    }, REST);
  });
}

/** On a narrow screen the tools open over the page, until one is chosen, Escape, or a press elsewhere. */
export function tools(top) {
  const button = top.querySelector(".top-more");
  const turn = (open) => {
    button.setAttribute("aria-expanded", String(open));
    top.classList.toggle("open", open);
  };
  button.addEventListener("click", () => turn(button.getAttribute("aria-expanded") !== "true"));
  addEventListener("click", ({ target }) => target.closest?.(".top-more") || turn(false));
  top.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !top.classList.contains("open")) return;
    turn(false);
    button.focus();
  });
}

/** Show in the field what the address says, unless someone is writing in it. */
export function showSearched(text) {
  const field = document.querySelector("#find-text");
  if (field !== document.activeElement) field.value = text;
}
