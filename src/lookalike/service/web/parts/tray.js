/** The tray at the foot of the window: what a shopper wants more of and less of, to be taken out again. */

import { get } from "../api.js";
import { announce } from "../router.js";
import { countExamples, withExample, without } from "./examples.js";
import { el, fill, icon } from "./el.js";
import { thumbnail } from "./picture.js";

const titles = new Map(); // of the products that were examples while the page is open

/**
 * A tray that lasts as long as the view. `change(examples)` is called with what a shopper wishes next; events
 * "example" of `root` put in what a card offers.
 * @param {HTMLElement} root
 * @param {{signal: AbortSignal, change: (examples: import("./examples.js").Examples) => void}} options
 */
export function tray(root, { signal, change }) {
  const list = el("ul", { class: "tray-list" });
  const undo = el(
    "button",
    { type: "button", class: "tray-undo", "aria-label": "Undo the last change", title: "Undo", on: { click: () => back() } },
    icon("undo"),
  );
  const clear = el("button", { type: "button", class: "link", on: { click: () => turn({ like: [], unlike: [] }, "No examples any more") } }, "Clear");
  const element = el("section", { class: "tray", "aria-label": "Your examples", hidden: true }, list, undo, clear);
  let held = { like: [], unlike: [] };
  let before = []; // what it held, the last at the end

  const same = (one, other) => JSON.stringify([one.like, one.unlike]) === JSON.stringify([other.like, other.unlike]);

  function turn(next, said) {
    before.push(held);
    held = next;
    draw();
    announce(said);
    change(next);
  }

  function back() {
    held = before.pop();
    draw();
    announce("Undone");
    change(held);
  }

  function draw() {
    const item = (side) => (id) => el("li", null, entry(side, id));
    fill(list, held.like.map(item("like")), held.unlike.map(item("unlike")));
    undo.hidden = !before.length;
    clear.hidden = !countExamples(held);
    element.hidden = !countExamples(held) && !before.length;
    document.documentElement.classList.toggle("with-tray", !element.hidden);
  }

  function entry(side, id) {
    const remove = () => {
      turn(without(held, id), `Taken out: ${titles.get(id) ?? id}`);
      (list.querySelector("button") ?? undo).focus({ preventScroll: true });
    };
    const name = (title) => `${side === "like" ? "More" : "Less"} like ${title}. Take it out`;
    const button = el(
      "button",
      { type: "button", class: `tray-one ${side}`, "aria-label": name(titles.get(id) ?? id), title: titles.get(id), on: { click: remove } },
      thumbnail(id),
      icon(side === "like" ? "liked" : "disliked"),
    );
    if (!titles.has(id)) void titled(id, signal).then((title) => button.setAttribute("aria-label", name(title)));
    return button;
  }

  root.addEventListener("example", ({ detail: { side, product } }) => {
    titles.set(product.id, product.title || product.id);
    const said = `${side === "like" ? "More" : "Less"} like ${titles.get(product.id)}`;
    turn(withExample(held, side, product.id), said);
  });
  const dispose = () => {
    element.remove();
    document.documentElement.classList.remove("with-tray");
  };
  signal.addEventListener("abort", dispose);
  document.body.append(element);
  return {
    dispose,
    /** What the address says; where it is not what was put in here last, there is nothing to undo. */
    show(examples) {
      if (!same(examples, held)) [held, before] = [{ like: examples.like, unlike: examples.unlike }, []];
      draw();
    },
  };
}

async function titled(id, signal) {
  const answer = await get(`/v1/products/${encodeURIComponent(id)}`, { signal }).catch(() => null);
  titles.set(id, answer?.product.title || id);
  return titles.get(id);
}
