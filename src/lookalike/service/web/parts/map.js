/** The map of the catalogue: products that look alike lie close together; one looks around, seeks, and selects. */

import { el } from "./el.js";
import { cameraOf } from "./map-camera.js";
import { mapCard, saysOf } from "./map-card.js";
import { coloursOf, packed, pixelsOf, rgbOf, themeOf } from "./map-colours.js";
import { drawingOn, ratioOf } from "./map-drawing.js";
import { frameCounter } from "./map-frames.js";
import { gesturesOn } from "./map-gestures.js";
import { legendOf } from "./map-legend.js";
import { LISTED, mapList } from "./map-list.js";
import { picturesOf } from "./map-pictures.js";
import { least, pointsOf } from "./map-points.js";
import { saveMap } from "./map-saving.js";
import { seek } from "./map-seeking.js";
import { mapTools } from "./map-tools.js";
import { counted, number } from "./named.js";

const RESTS = 220; // milliseconds without a change after which the list and the address follow
const GLIDE = 280; // milliseconds of a movement that a button begins
const CLOSER = 1.8;
const REACH = 14; // pixels from a point at which a hand still means it
const BESIDE = 5; // products close by that a card names
const COLOURED = 8; // values among what was found that have colours before others
const ADDRESSED = 60; // selected products that an address names
const NONE = new Set();

/**
 * @param {any} map as the service gives it
 * @param {any} thumbnails likewise, or null
 * @param {import("./explore.js").Doors} doors
 * @param {{state: import("./map-state.js").MapState, onselect: (ids: string[]) => void}} own
 *   `onselect` hears the ids that are selected
 * @returns `frames` as counted since `count()`, `pixel(id)` where a product is on the canvas, `state()` as an address says it
 */
export function catalogMap(map, thumbnails, doors, { state, onselect }) {
  const canvas = el("canvas", { class: "map-canvas", tabindex: "0", role: "application", "aria-roledescription": "map", "aria-label": `Map of ${counted(map.ids.length, "product")}`, "aria-describedby": "map-keys" });
  const mine = {
    map, doors, canvas, onselect,
    points: pointsOf(map),
    rows: new Map(map.ids.map((id, row) => [id, row])),
    camera: cameraOf(map.ids.length),
    frames: frameCounter(),
    paint: null, chosen: NONE, found: null, shown: null, selected: new Set(), ringed: -1, outline: null, pictured: true,
    text: "", due: 0, resting: 0, gliding: 0, seeking: 0,
  };
  mine.pictures = picturesOf({ thumbnails, address: doors.picture && ((row, wide) => doors.picture(map.ids[row], wide)), onload: () => redraw(mine) });
  mine.drawing = drawingOn(canvas, mine.points, mine.pictures);
  mine.legend = legendOf({ onchange: (chosen) => choose(mine, chosen) });
  mine.card = mapCard(map, doors, { onselect: (row) => select(mine, [row]), onnear: (row) => visit(mine, row) });
  mine.list = mapList(map, doors, { onfocus: (row) => point(mine, row), onselect: (row) => select(mine, [row]), onpick: (row) => visit(mine, row) });
  mine.tools = mapTools(map, {
    paint: (name) => (paintBy(mine, name), choose(mine, NONE)),
    find: (text) => void find(mine, text),
    zoom: (name) => zoom(mine, name),
    select: (on) => (canvas.classList.toggle("selecting", on), mine.card.hide()),
    pictures: (on) => ((mine.pictured = on), redraw(mine)),
    save: () => void saveMap(mine, sceneOf(mine)),
  });
  gesturesOn(canvas, handsOf(mine), doors.signal);
  mine.stage = el("div", { class: "map-stage" }, canvas, mine.card.element, doors.frames && mine.frames.element);
  mine.tools.selects(Boolean(doors.matrix));
  const keys = el("p", { class: "unseen", id: "map-keys" }, "Arrow keys move the map, plus and minus zoom, 0 shows all of it. The products in sight are listed after it.");
  mine.element = el("div", { class: "map" }, mine.tools.bar, mine.stage, mine.tools.zooms, keys, el("div", { class: "map-side" }, mine.legend.element, mine.list.element));
  restore(mine, state);
  watch(mine);
  return {
    element: mine.element,
    frames: mine.frames.frames,
    camera: mine.camera,
    count: () => mine.frames.restart(),
    pixel: (id) => mine.camera.pixel(mine.points.x[mine.rows.get(id)], mine.points.y[mine.rows.get(id)]),
    select: (ids) => reselect(mine, ids),
    state: () => told(mine),
  };
}

/** Follow the size of the window, and whether the page is light or dark. */
function watch(mine) {
  const { canvas, camera, doors } = mine;
  const sized = new ResizeObserver(() => {
    const { clientWidth: width, clientHeight: height } = canvas;
    if (!width || !height) return;
    camera.resize(width, height);
    if (mine.at) camera.go(mine.at);
    mine.at = null;
    moved(mine);
  });
  sized.observe(canvas);
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", () => recolour(mine), { signal: doors.signal });
  doors.signal?.addEventListener("abort", () => (sized.disconnect(), cancelAnimationFrame(mine.due), clearTimeout(mine.resting)));
  if (doors.frames) requestAnimationFrame(function again(now) {
    if (doors.signal?.aborted) return;
    frame(mine, now);
    requestAnimationFrame(again);
  });
}

/** What the address says is shown; without anything, the first column there is. */
function restore(mine, state) {
  mine.at = state.at;
  paintBy(mine, state.paint ?? mine.map.paints[0]?.name ?? "");
  const places = state.values.map((value) => mine.paint?.values.indexOf(value) ?? -1);
  mine.chosen = new Set(places.filter((at) => at >= 0));
  mine.selected = new Set(state.ids.map((id) => mine.rows.get(id)).filter((row) => row !== undefined));
  mine.text = state.text;
  recolour(mine);
  if (mine.text) void find(mine, mine.text);
}

function paintBy(mine, name) {
  mine.paint = mine.map.paints.find((one) => one.name === name) ?? null;
}

function choose(mine, chosen) {
  mine.chosen = chosen;
  recolour(mine);
}

/** Colours anew: after another column, other values, another search, another scheme. */
function recolour(mine) {
  const { paint, chosen, found, points } = mine;
  mine.theme = themeOf(document.documentElement);
  mine.theme.packed = packed(rgbOf(mine.theme.ground));
  const { counts, missing } = countsOf(mine);
  mine.colours = coloursOf(paint, new Set([...chosen, ...(found ? least(counts.keys(), (at) => -counts[at], COLOURED) : [])]), mine.theme);
  mine.shown = null;
  mine.many = points.count;
  if (chosen.size || found) {
    mine.shown = new Uint8Array(points.count);
    for (let row = 0; row < points.count; row += 1) mine.shown[row] = (!chosen.size || chosen.has(paint.codes[row])) && (!found || found.has(row)) ? 1 : 0;
    mine.many = mine.shown.reduce((sum, one) => sum + one, 0);
  }
  mine.pixels = pixelsOf(points.count, paint?.codes, mine.colours, mine.shown, mine.theme);
  mine.legend.show(paint, mine.colours, chosen, counts, missing);
  mine.tools.show({ paint: paint?.name ?? "", text: mine.text });
  mine.element?.classList.toggle("unpainted", !paint);
  if (mine.camera.width > 1) moved(mine);
}

/** How often each value is there, and none: of what was found, else of all. */
function countsOf({ paint, found }) {
  const counts = new Array(paint?.values.length ?? 0).fill(0);
  let missing = 0;
  paint?.codes.forEach((code, row) => {
    if (found && !found.has(row)) return;
    if (code < 0) missing += 1;
    else counts[code] += 1;
  });
  return { counts, missing };
}

async function find(mine, text) {
  const mark = (mine.seeking += 1);
  mine.text = text;
  const { named, alike } = text ? await seek(text, mine) : { named: [], alike: [] };
  if (mark !== mine.seeking || mine.doors.signal?.aborted) return;
  mine.order = [...named, ...alike];
  mine.found = text ? new Set(mine.order) : null;
  mine.tools.said.textContent = text ? saying(named.length, alike.length) : "";
  recolour(mine);
}

function saying(named, alike) {
  if (!named && !alike) return "Nothing is called so.";
  return [named > 0 && `${number(named)} called so`, alike > 0 && `${number(alike)} ${named ? "more " : ""}that may look so`].filter(Boolean).join(" · ");
}

const sceneOf = (mine) => ({
  camera: mine.camera, ratio: ratioOf(), pixels: mine.pixels, shown: mine.shown, many: mine.many, theme: mine.theme, selected: mine.selected,
  ringed: mine.ringed, outline: mine.outline, pictured: mine.pictured,
  colour: (row) => mine.colours.of[mine.paint?.codes[row] ?? -1] ?? mine.colours.rest,
});

function frame(mine, now) {
  mine.due = 0;
  const began = performance.now();
  mine.drawing.draw(sceneOf(mine));
  mine.frames.frame(now, performance.now() - began);
}

function redraw(mine) {
  if (!mine.due && !mine.doors.frames && mine.camera.width > 1) mine.due = requestAnimationFrame((now) => frame(mine, now));
}

/** Something in sight has changed: it is drawn, and when it rests, listed and remembered. */
function moved(mine) {
  redraw(mine);
  mine.canvas.classList.toggle("whole", mine.camera.isWhole());
  clearTimeout(mine.resting);
  mine.resting = setTimeout(() => rested(mine), RESTS);
}

function rested(mine) {
  const { camera, points, shown, found } = mine;
  const inSight = points.within(...camera.sight()).filter((row) => !shown || shown[row]);
  const far = (row) => ((points.x[row] - camera.x) * camera.sx) ** 2 + ((points.y[row] - camera.y) * camera.sy) ** 2;
  const ranked = found && mine.order.filter((row) => shown[row]);
  if (ranked) mine.list.show(`Found: ${number(ranked.length)}`, ranked, mine.selected);
  else mine.list.show(`In sight: ${number(inSight.length)}`, least(inSight, far, LISTED), mine.selected);
  mine.doors.onstate?.(told(mine));
}

function told(mine) {
  const { camera, paint, chosen, map } = mine;
  return {
    paint: paint?.name === map.paints[0]?.name ? null : (paint?.name ?? ""),
    values: [...chosen].map((at) => paint.values[at]),
    text: mine.text,
    ids: mine.selected.size > ADDRESSED ? [] : [...mine.selected].map((row) => map.ids[row]),
    at: camera.isWhole() ? null : { x: camera.x, y: camera.y, zoom: camera.zoom },
  };
}

/** Ring a row of the list on the map; where it is out of sight, go there. */
function point(mine, row) {
  mine.ringed = row;
  if (row >= 0) {
    const [left, top, right, bottom] = mine.camera.sight();
    const { x, y } = mine.points;
    if (x[row] < left || x[row] > right || y[row] < top || y[row] > bottom) return glide(mine, { x: x[row], y: y[row] });
  }
  redraw(mine);
}

/** Go to a row and show its card. */
function visit(mine, row) {
  const { x, y } = mine.points;
  glide(mine, { x: x[row], y: y[row], zoom: Math.max(mine.camera.zoom, 6) }, () => pin(mine, row));
}

function zoom(mine, name) {
  if (name === "whole") return glide(mine, { x: 0.5, y: 0.5, zoom: 1 });
  glide(mine, { zoom: mine.camera.zoom * (name === "in" ? CLOSER : 1 / CLOSER) });
}

/** Move there smoothly, unless little motion is wished for. */
function glide(mine, target, then = () => {}) {
  const { camera } = mine;
  mine.card.hide();
  cancelAnimationFrame(mine.gliding);
  const from = { x: camera.x, y: camera.y, zoom: camera.zoom };
  const to = { ...from, ...target };
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const began = performance.now();
  const step = (now) => {
    const part = still ? 1 : Math.max(0, Math.min(1, (now - began) / GLIDE));
    const eased = 1 - (1 - part) ** 3;
    camera.go({ x: from.x + (to.x - from.x) * eased, y: from.y + (to.y - from.y) * eased, zoom: from.zoom * (to.zoom / from.zoom) ** eased });
    moved(mine);
    if (part < 1) mine.gliding = requestAnimationFrame(step);
    else then();
  };
  step(began);
}

/** The row that a hand means at a pixel, -1 for none. */
function rowAt(mine, left, top) {
  const { camera, drawing, points, shown } = mine;
  const pictured = mine.pictured ? drawing.at(left, top) : -1;
  if (pictured >= 0) return pictured;
  return points.nearest(...camera.place(left, top), REACH / camera.sx, REACH / camera.sy, shown);
}

/** Show the card of a row with what can be done. */
function pin(mine, row) {
  const { camera, points, doors } = mine;
  mine.ringed = row;
  const near = doors.product ? [] : points.around(row, BESIDE);
  mine.card.show(row, camera.pixel(points.x[row], points.y[row]), [camera.width, camera.height], { says: saysOf(mine.paint, row), pinned: true, selected: mine.selected.has(row), near });
  redraw(mine);
}

function handsOf(mine) {
  const { camera, card, points } = mine;
  const put = (row) => card.show(row, camera.pixel(points.x[row], points.y[row]), [camera.width, camera.height], { says: saysOf(mine.paint, row) });
  const away = () => {
    cancelAnimationFrame(mine.gliding);
    card.hide();
    mine.ringed = -1;
  };
  return {
    pan: (dx, dy) => (away(), camera.pan(dx, dy), moved(mine)),
    zoom: (factor, left, top) => (away(), camera.zoomAt(factor, left, top), moved(mine)),
    whole: camera.isWhole,
    outlines: () => mine.tools.selecting(),
    hover(left, top) {
      if (card.isPinned()) return;
      const row = left === null ? -1 : rowAt(mine, left, top);
      mine.canvas.classList.toggle("over", row >= 0);
      if (row === mine.ringed) return;
      mine.ringed = row;
      if (row < 0) card.hide();
      else put(row);
      redraw(mine);
    },
    tap(left, top, event) {
      const row = rowAt(mine, left, top);
      if (row < 0) return void (away(), redraw(mine));
      if (mine.tools.selecting() || (event.shiftKey && mine.doors.matrix)) return select(mine, [row]);
      if (event.pointerType === "mouse" && mine.doors.product) return mine.doors.go(mine.map.ids[row], event);
      pin(mine, row);
    },
    outline(outline, done) {
      mine.outline = done ? null : outline;
      redraw(mine);
      if (!done || outline.length < 3) return;
      const rows = points.enclosed(outline.map(([left, top]) => camera.place(left, top))).filter((row) => !mine.shown || mine.shown[row]);
      if (rows.length) select(mine, rows, true);
    },
    key(name) {
      if (name !== "escape") return zoom(mine, name);
      away();
      if (mine.tools.selecting()) mine.tools.turn(false);
      else if (mine.selected.size) reselect(mine, []);
      redraw(mine);
    },
  };
}

/** Take rows into the selection, or a single one out of it where it was in. */
function select(mine, rows, adding = false) {
  for (const row of rows) if (adding || !mine.selected.delete(row)) mine.selected.add(row);
  changed(mine);
}

function reselect(mine, ids) {
  mine.selected = new Set(ids.map((id) => mine.rows.get(id)).filter((row) => row !== undefined));
  changed(mine);
}

function changed(mine) {
  mine.card.hide();
  moved(mine);
  mine.onselect([...mine.selected].map((row) => mine.map.ids[row]));
}
