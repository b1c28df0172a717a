/** The search in titles in the page's head, which filters as one writes. */

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

/** Show in the field what the address says, unless someone is writing in it. */
export function showSearched(text) {
  const field = document.querySelector("#find-text");
  if (field !== document.activeElement) field.value = text;
}
