/** How many frames a second the map draws, counted while it is drawn without a rest. */

import { el } from "./el.js";

const SPAN = 240; // frames that are looked back on

/**
 * Counts frames: `frame(drew)` after each, with the milliseconds that drawing took. What was seen is told in
 * `element` and in `frames`: {rate: frames a second, slowest: milliseconds of the slowest twentieth, drawing: median
 * milliseconds of drawing, count}.
 */
export function frameCounter() {
  const element = el("p", { class: "map-frames", "aria-hidden": "true" });
  const frames = { rate: 0, slowest: 0, drawing: 0, count: 0 };
  let times = [];
  let drawn = [];
  let last = 0;

  function frame(now, drew) {
    if (last) {
      times = [...times.slice(1 - SPAN), now - last];
      drawn = [...drawn.slice(1 - SPAN), drew];
      const sorted = times.toSorted((one, other) => one - other);
      const middle = drawn.toSorted((one, other) => one - other)[drawn.length >> 1];
      Object.assign(frames, {
        rate: (1000 * times.length) / times.reduce((sum, one) => sum + one, 0),
        slowest: sorted[Math.floor(0.95 * (sorted.length - 1))],
        drawing: middle,
        count: frames.count + 1,
      });
      element.textContent = `${frames.rate.toFixed(0)} frames/s · ${middle.toFixed(1)} ms`;
    }
    last = now;
  }

  function restart() {
    [times, drawn, last] = [[], [], 0];
    Object.assign(frames, { rate: 0, slowest: 0, drawing: 0, count: 0 });
  }

  return { element, frames, frame, restart };
}
