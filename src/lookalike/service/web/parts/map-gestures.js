/** What hands do on the map: wheel, drag, pinch, tap, outline and keys, told in pixels of the canvas. */

const STILL = 5; // pixels that a hand may move and still tap
const PAGE = 250; // milliseconds after the page was scrolled, while a wheel goes on scrolling it
const STEP = 0.16; // of the window that an arrow key moves
const FINER = 4; // pixels between the corners of an outline

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{pan: Function, zoom: Function, hover: Function, tap: Function, outline: Function, key: Function,
 *   outlines: () => boolean, whole: () => boolean}} own
 *   `outlines` says whether a drag draws an outline, `whole` whether all of the map is in sight
 */
export function gesturesOn(canvas, own, signal) {
  const hands = new Map(); // pointer → [left, top]
  let start = null;
  let outline = null;
  let scrolled = 0;

  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const listen = (name, act, options = {}) => canvas.addEventListener(name, act, { signal, ...options });

  listen("pointerdown", (event) => {
    if (event.pointerType === "mouse" && event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    hands.set(event.pointerId, at(event));
    if (hands.size > 1) {
      [start, outline] = [null, null]; // a pinch is no tap
      return own.outline(null, false);
    }
    start = at(event);
    outline = own.outlines() || event.shiftKey ? [start] : null;
  });

  listen("pointermove", (event) => {
    const here = at(event);
    const before = hands.get(event.pointerId);
    if (!before) return event.pointerType === "mouse" ? own.hover(...here) : undefined;
    if (hands.size > 1) {
      pinch(event.pointerId, before, here);
    } else if (start === null || Math.hypot(here[0] - start[0], here[1] - start[1]) > STILL) {
      start = null;
      if (!outline) own.pan(here[0] - before[0], here[1] - before[1]);
      else if (Math.hypot(here[0] - outline.at(-1)[0], here[1] - outline.at(-1)[1]) > FINER) {
        outline.push(here);
        own.outline(outline, false);
      }
    } else return;
    hands.set(event.pointerId, here);
  });

  function pinch(pointer, before, here) {
    const other = [...hands].find(([one]) => one !== pointer)[1];
    const [left, top] = [(here[0] + other[0]) / 2, (here[1] + other[1]) / 2];
    own.pan((here[0] - before[0]) / 2, (here[1] - before[1]) / 2);
    own.zoom(Math.hypot(here[0] - other[0], here[1] - other[1]) / Math.max(1, Math.hypot(before[0] - other[0], before[1] - other[1])), left, top);
  }

  listen("pointerup", (event) => {
    if (!hands.delete(event.pointerId)) return;
    if (start) own.tap(...start, event);
    else if (outline) own.outline(outline, true);
    [start, outline] = [null, null];
  });
  listen("pointercancel", (event) => {
    hands.delete(event.pointerId);
    [start, outline] = [null, null];
    own.outline(null, false);
  });
  listen("pointerleave", () => own.hover(null));

  // Further out than the whole map there is nothing: the page scrolls then, as it does on its way past the map.
  listen("wheel", (event) => {
    const out = event.deltaY > 0;
    if (!event.ctrlKey && ((out && own.whole()) || performance.now() - scrolled < PAGE)) return;
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 16 : 1;
    own.zoom(Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.002)), ...at(event));
  }, { passive: false });
  addEventListener("scroll", () => (scrolled = performance.now()), { signal, passive: true });

  listen("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { clientWidth: width, clientHeight: height } = canvas;
    const acts = {
      ArrowLeft: () => own.pan(STEP * width, 0),
      ArrowRight: () => own.pan(-STEP * width, 0),
      ArrowUp: () => own.pan(0, STEP * height),
      ArrowDown: () => own.pan(0, -STEP * height),
      "+": () => own.key("in"),
      "=": () => own.key("in"),
      "-": () => own.key("out"),
      _: () => own.key("out"),
      0: () => own.key("whole"),
      Escape: () => own.key("escape"),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
