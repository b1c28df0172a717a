/** Elements made from code: texts stay texts, and nothing is ever read as HTML. */

import { PATHS } from "./icons.js";

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element. `attrs` are attributes, and also: `on` {event: listener}, `style` {property: value},
 * `dataset`, and the properties `value`, `checked`, `disabled`, `hidden`. null, undefined and false leave
 * an attribute out; true writes it empty. Children are nodes, texts, numbers, lists of these, or null.
 * @param {string} tag
 * @param {Record<string, any> | null} [attrs]
 * @param {...any} children
 * @returns {HTMLElement}
 */
export function el(tag, attrs, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attrs ?? {})) set(made, name, value);
  append(made, children);
  return made;
}

/** Children as `el` takes them, put at the end of a node. */
export function append(node, ...children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) node.append(child);
  }
  return node;
}

/** Children as `el` takes them, in place of what a node holds. */
export function fill(node, ...children) {
  node.replaceChildren();
  return append(node, children);
}

/** One of the drawn icons, hidden from screen readers: what it means is said in words beside it. */
export function icon(name) {
  const drawing = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", class: "drawing", "aria-hidden": "true" })) {
    drawing.setAttribute(key, value);
  }
  for (const d of PATHS[name] ?? []) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    drawing.append(path);
  }
  return drawing;
}

const PROPERTIES = new Set(["value", "checked", "disabled", "hidden"]);

function set(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "on") {
    for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
  } else if (name === "style") {
    for (const [property, to] of Object.entries(value)) node.style.setProperty(property, to);
  } else if (name === "dataset") {
    Object.assign(node.dataset, value);
  } else if (PROPERTIES.has(name)) {
    node[name] = value;
  } else {
    node.setAttribute(name, value === true ? "" : String(value));
  }
}
