/** The groups before and after the present one as a row of small pictures. */

import { el, fill, icon } from "./el.js";
import { pictureOf, productOf } from "./duplicates-words.js";
import { picture } from "./picture.js";

const NEAR = 12; // groups shown on either side; there may be thousands

/** {element, show(queue)}; `onturn(at)` hears which one was chosen. */
export function reviewStrip(onturn) {
  const list = el("ol", { class: "strip-list" });
  const element = el("nav", { class: "strip", "aria-label": "Groups nearby" }, list);
  const made = new WeakMap();

  function thumb(queue, at) {
    const item = queue.items[at];
    if (!made.has(item)) made.set(item, build(item));
    const { node, button } = made.get(item);
    button.onclick = () => onturn(at);
    button.setAttribute("aria-current", String(at === queue.at));
    button.classList.toggle("done", item.done);
    const said = item.done ? ", reviewed" : "";
    button.setAttribute("aria-label", `${productOf(item.group.members[0]).title || item.group.members[0].id}, ${item.group.members.length} pictures${said}`);
    return node;
  }

  function show(queue) {
    const from = Math.max(0, queue.at - NEAR);
    const items = queue.items.slice(from, queue.at + NEAR + 1);
    const focused = list.contains(document.activeElement);
    fill(list, items.map((_, place) => thumb(queue, from + place)));
    element.classList.toggle("alone", queue.items.length < 2);
    const present = list.querySelector("[aria-current=true]");
    if (present) list.scrollLeft = present.parentElement.offsetLeft - list.clientWidth / 2 + present.offsetWidth / 2;
    if (focused) present?.focus({ preventScroll: true });
  }

  return { element, show };
}

function build({ group }) {
  const button = el("button", { type: "button", class: "strip-one" },
    picture(pictureOf(group.members[0]), "", { sizes: "44px", widths: [128], width: 128 }),
    el("span", { class: "strip-done" }, icon("check")));
  return { node: el("li", null, button), button };
}
