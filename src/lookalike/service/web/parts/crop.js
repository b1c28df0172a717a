// A photo with a box around the item: dragged, resized, drawn anew, by mouse, touch and keyboard.

import { el } from "./el.js";
import { between, centred, described, isWhole, moved, resized, same, scaled, whole } from "./photo-box.js";

const TARGET = 44; // CSS pixels of a handle's target
const TAP = 5; // a pointer that moved less was a tap
const STEP = 0.02;
const QUIET = 350; // milliseconds of rest before the box is read out
const CURSORS = { n: "ns", s: "ns", e: "ew", w: "ew", nw: "nwse", se: "nwse", ne: "nesw", sw: "nesw" };
const HELP =
  "Arrow keys move the box, Shift with arrow keys resizes it, plus and minus scale it, Home takes the whole photo.";

let crops = 0;

/**
 * A crop over `picture` (an img or a canvas), starting at `box`. `onchange(box)` is called at each movement,
 * `onsettle(box)` once a movement ends. Returns {element, box, set(box), reset(), dispose()}.
 */
export function crop({ picture, box = whole(), onchange = () => {}, onsettle = () => {}, signal }) {
  const parts = build(picture);
  const state = { box, drag: null, typing: false, saying: 0 };

  function paint() {
    const { left, top, width, height } = state.box;
    for (const element of [parts.box, parts.hole]) {
      Object.assign(element.style, { left: pc(left), top: pc(top), width: pc(width), height: pc(height) });
    }
    parts.root.toggleAttribute("data-whole", isWhole(state.box));
  }

  function say() {
    clearTimeout(state.saying);
    state.saying = setTimeout(() => (parts.said.textContent = described(state.box)), QUIET);
  }

  function change(next) {
    if (same(next, state.box)) return false;
    state.box = next;
    paint();
    say();
    onchange(next);
    return true;
  }

  const settle = () => onsettle(state.box);
  const put = (next) => change(next) && settle();
  listen(parts, state, { change, put, settle }, signal);
  paint();
  parts.said.textContent = described(box);
  return {
    element: parts.root,
    get box() {
      return state.box;
    },
    set(next) {
      state.box = next;
      paint();
    },
    reset: () => put(whole()),
    focus: () => parts.box.focus({ preventScroll: true }),
    dispose: () => clearTimeout(state.saying),
  };
}

const pc = (share) => `${share * 100}%`;

function build(picture) {
  const help = `crop-help-${++crops}`;
  picture.classList.add("crop-picture");
  picture.draggable = false;
  const hole = el("div", { class: "crop-hole" });
  const handles = Object.keys(CURSORS).map((name) => el("div", { class: "crop-handle", dataset: { handle: name } }));
  const box = el(
    "div",
    {
      class: "crop-box",
      role: "application",
      tabindex: 0,
      "aria-roledescription": "crop box",
      "aria-label": "Box around the item",
      "aria-describedby": `${help}-now ${help}`,
    },
    handles,
  );
  const hint = el("p", { class: "crop-hint", "aria-hidden": "true" }, "Draw a box around the item");
  const frame = el("div", { class: "crop-frame" }, el("div", { class: "crop-clip" }, picture, hole), box, hint);
  const said = el("p", { class: "unseen", id: `${help}-now`, "aria-live": "polite" });
  const root = el("div", { class: "crop" }, frame, el("p", { class: "unseen", id: help }, HELP), said);
  return { root, frame, box, hole, said };
}

function listen(parts, state, does, signal) {
  const on = (target, name, handler, options = {}) => target.addEventListener(name, handler, { signal, ...options });
  on(parts.root, "pointerdown", (event) => press(event, parts, state));
  on(parts.root, "pointermove", (event) => (state.drag ? drag(event, parts, state, does) : hover(event, parts, state)));
  on(parts.root, "pointerup", (event) => release(event, parts, state, does));
  on(parts.root, "pointercancel", (event) => cancel(event, parts, state, does));
  on(parts.root, "lostpointercapture", (event) => cancel(event, parts, state, does));
  on(parts.box, "keydown", (event) => type(event, parts, state, does));
  on(parts.box, "keyup", () => typedOut(state, does));
  on(parts.box, "blur", () => (delete parts.root.dataset.by, typedOut(state, does)));
}

/** Where a pointer is: shares of the photo, and CSS pixels of the box's sides. */
function spot(event, parts, box) {
  const frame = parts.frame.getBoundingClientRect();
  const at = { x: (event.clientX - frame.left) / frame.width, y: (event.clientY - frame.top) / frame.height };
  const inside = { x: (at.x - box.left) * frame.width, y: (at.y - box.top) * frame.height };
  return { at, inside, width: box.width * frame.width, height: box.height * frame.height };
}

/** Which end of a side of `size` pixels is meant at `at`: -1, 1, 0 the middle, NaN outside; targets are 44 pixels. */
function end(at, size, coarse) {
  const within = Math.min(coarse ? TARGET / 2 : TARGET / 4, size / 4);
  const beyond = TARGET - within;
  if (at < -beyond || at > size + beyond) return NaN;
  if (at < within) return -1;
  return at > size - within ? 1 : 0;
}

/** "move", "draw" or the name of a handle. */
function meant(event, parts, box) {
  const { inside, width, height } = spot(event, parts, box);
  const coarse = event.pointerType !== "mouse";
  const across = end(inside.x, width, coarse);
  const down = end(inside.y, height, coarse);
  if (Number.isNaN(across) || Number.isNaN(down)) return "draw";
  const name = (down < 0 ? "n" : down > 0 ? "s" : "") + (across < 0 ? "w" : across > 0 ? "e" : "");
  if (name) return name;
  return isWhole(box) ? "draw" : "move";
}

function hover(event, parts, state) {
  if (event.pointerType !== "mouse") return;
  const what = meant(event, parts, state.box);
  parts.root.style.cursor = what === "draw" ? "crosshair" : what === "move" ? "move" : `${CURSORS[what]}-resize`;
}

function press(event, parts, state) {
  if (state.drag || (event.pointerType === "mouse" && event.button !== 0)) return;
  const what = meant(event, parts, state.box);
  const { at } = spot(event, parts, state.box);
  state.drag = { id: event.pointerId, what, from: at, box: state.box, x: event.clientX, y: event.clientY, far: false };
  parts.root.setPointerCapture(event.pointerId);
  parts.root.dataset.by = "pointer"; // its focus ring is for keys
  parts.box.focus({ preventScroll: true });
  event.preventDefault();
}

function drag(event, parts, state, does) {
  const held = state.drag;
  if (event.pointerId !== held.id) return;
  held.far ||= Math.hypot(event.clientX - held.x, event.clientY - held.y) > TAP;
  if (!held.far) return;
  parts.root.setAttribute("data-busy", held.what);
  const { at } = spot(event, parts, held.box);
  const [dx, dy] = [at.x - held.from.x, at.y - held.from.y];
  if (held.what === "draw") does.change(between(held.from, at));
  else if (held.what === "move") does.change(moved(held.box, dx, dy));
  else does.change(resized(held.box, held.what, dx, dy));
}

function finish(parts, state) {
  const held = state.drag;
  state.drag = null;
  parts.root.removeAttribute("data-busy");
  return held;
}

/** The end of a movement; a tap beside the box brings the box there. */
function release(event, parts, state, does) {
  if (event.pointerId !== state.drag?.id) return;
  const held = finish(parts, state);
  if (held.far) return does.settle();
  if (held.what === "draw" && !isWhole(state.box)) does.put(centred(state.box, held.from));
}

/** The browser took the pointer away, to scroll for instance: the box is where it was. */
function cancel(event, parts, state, does) {
  if (event.pointerId !== state.drag?.id) return;
  const held = finish(parts, state);
  if (held.far) does.change(held.box);
  if (held.far) does.settle();
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function type(event, parts, state, does) {
  if (event.ctrlKey || event.metaKey) return;
  delete parts.root.dataset.by;
  const next = typed(event, state.box);
  if (!next) return;
  event.preventDefault();
  state.typing = true; // a key held down moves the box; it rests once the key is let go
  if (does.change(next)) return;
  const stuck = isWhole(state.box) ? " Press minus to make it smaller." : " It is at the edge.";
  parts.said.textContent = described(state.box) + stuck;
}

function typedOut(state, does) {
  if (state.typing) does.settle();
  state.typing = false;
}

function typed(event, box) {
  const step = event.altKey ? STEP / 4 : STEP;
  const arrow = ARROWS[event.key];
  if (arrow && event.shiftKey) return resized(box, "se", arrow[0] * step, arrow[1] * step);
  if (arrow) return moved(box, arrow[0] * step, arrow[1] * step);
  if (event.key === "+" || event.key === "=") return scaled(box, 1.1);
  if (event.key === "-" || event.key === "_") return scaled(box, 1 / 1.1);
  return event.key === "Home" || event.key === "0" ? whole() : null;
}
