/** What is shown at an address that is none of the page's. */

import { el } from "../parts/el.js";
import { notice } from "../parts/notice.js";

/** @param {HTMLElement} root @param {import("../router.js").Place} place */
export function render(root, place) {
  place.title("Nothing here");
  root.append(
    notice({
      title: "There is nothing at this address",
      text: "It may have been mistyped, or what was here has gone.",
      level: 1,
      mark: "search",
      actions: [el("a", { class: "button", href: "/" }, "To the shop")],
    }),
  );
}
