/** The banner that says that the service is gone, asks for it, and goes away when it is back. */

import { isThere, service } from "../api.js";
import { el, fill, icon } from "./el.js";

const FIRST = 1000; // milliseconds until the service is asked again, doubled each time
const LAST = 10_000;

/** Watch the service; `again` shows the present view once more when it is back. */
export function watchService(banner, again) {
  let timer = 0;
  const ask = async (pause) => {
    if (!(await isThere())) timer = setTimeout(() => ask(Math.min(2 * pause, LAST)), pause);
  };
  const soon = () => {
    clearTimeout(timer);
    void ask(FIRST);
  };
  service.addEventListener("gone", () => {
    fill(
      banner,
      el(
        "div",
        { class: "banner gone" },
        icon("cloud"),
        el("span", null, "The shop is not answering. Asking again…"),
        el("button", { type: "button", class: "link", on: { click: soon } }, "Ask now"),
      ),
    );
    timer = setTimeout(() => ask(FIRST), FIRST);
  });
  service.addEventListener("back", () => {
    clearTimeout(timer);
    fill(banner, el("div", { class: "banner back" }, icon("check"), el("span", null, "The shop is back.")));
    setTimeout(() => banner.replaceChildren(), 2500);
    void again();
  });
  addEventListener("online", soon);
}
