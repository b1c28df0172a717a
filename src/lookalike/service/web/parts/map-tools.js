/** What stands over the map: what it is coloured by, a search, and the buttons. */

import { el, icon } from "./el.js";
import { named } from "./named.js";

const REST = 250; // milliseconds without a key before what was written is sought

const pressing = (words, mark, act, more = {}) =>
  el("button", { type: "button", class: "map-button", "aria-label": words, title: words, on: { click: act }, ...more }, icon(mark));

/**
 * @param {{paints: {name: string}[]}} map
 * @param {Record<string, Function>} on `paint(name)`, `find(text)`, `zoom("in" | "out" | "whole")`, `select(on)`,
 *   `pictures(on)`, `save()`
 */
export function mapTools(map, on) {
  let timer = 0;
  const paint = el("select", { on: { change: () => on.paint(paint.value) } }, map.paints.map(({ name }) => el("option", { value: name }, named(name))), el("option", { value: "" }, "nothing"));
  const field = el("input", { type: "search", name: "text", autocomplete: "off", placeholder: "Find on the map", "aria-label": "Find on the map", enterkeyhint: "search", on: { input: () => later() } });
  const form = el("form", { class: "map-find", role: "search", on: { submit: (event) => (event.preventDefault(), seek()) } }, icon("search"), field);
  const said = el("p", { class: "map-found", role: "status" });
  const select = el("button", { type: "button", class: "button quiet map-selecting", "aria-pressed": "false", on: { click: () => turn(!selecting()) } }, icon("lasso"), "Select");
  const pictured = el("button", { type: "button", class: "map-button", "aria-pressed": "true", "aria-label": "Pictures", title: "Pictures", on: { click: () => press(pictured, "pictures") } }, icon("picture"));
  const zooms = el("div", { class: "map-zooms", role: "group", "aria-label": "Zoom" },
    pressing("Closer", "plus", () => on.zoom("in"), { "aria-keyshortcuts": "+" }),
    pressing("Further away", "minus", () => on.zoom("out"), { "aria-keyshortcuts": "-" }),
    pressing("Whole map", "whole", () => on.zoom("whole"), { "aria-keyshortcuts": "0" }),
    pictured,
    pressing("Save as PNG", "save", () => on.save()));
  const bar = el("div", { class: "map-tools" }, map.paints.length > 0 && el("label", { class: "map-paint" }, el("span", null, "Colour by"), paint), form, select, said);

  const selecting = () => select.getAttribute("aria-pressed") === "true";
  function turn(now) {
    select.setAttribute("aria-pressed", String(now));
    on.select(now);
  }
  function press(button, name) {
    const now = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(now));
    on[name](now);
  }
  function later() {
    clearTimeout(timer);
    timer = setTimeout(seek, REST);
  }
  function seek() {
    clearTimeout(timer);
    on.find(field.value.trim());
  }

  return {
    bar,
    zooms,
    said,
    turn,
    selecting,
    selects: (can) => void (select.hidden = !can),
    show({ paint: name, text }) {
      paint.value = name;
      if (document.activeElement !== field) field.value = text;
    },
  };
}
