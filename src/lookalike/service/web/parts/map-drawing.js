/** One frame of the map: discs for all products, and pictures where there is room for them. */

import { dotsOf } from "./map-dots.js";
import { spread, wantedOrder } from "./map-points.js";

const FRAME = 2; // pixels of colour around a picture
const INNER = 4; // pixels of white around what a picture shows
const LARGEST = 104;
const LONGEST_RATIO = 2; // pixels of the screen for one of the page

/**
 * @typedef {object} Scene
 * @property {ReturnType<import("./map-camera.js").cameraOf>} camera
 * @property {number} ratio pixels of the canvas for one of the page
 * @property {Uint32Array} pixels a colour for each row
 * @property {(row: number) => string} colour the same for the frame of a picture
 * @property {Uint8Array | null} shown 1 for the rows that are looked at, null for all
 * @property {number} many how many rows are looked at
 * @property {Set<number>} selected
 * @property {number} ringed the row that a hand is on, -1 for none
 * @property {[number, number][] | null} outline
 * @property {boolean} pictured
 * @property {any} theme
 */

export const ratioOf = () => Math.min(LONGEST_RATIO, Math.max(1, devicePixelRatio || 1));

/** @returns {{draw: (scene: Scene) => void, at: (left: number, top: number) => number}} */
export function drawingOn(canvas, points, pictures) {
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  const dots = dotsOf(context);
  let apart = null; // pictures that do not overlap, of the rows that are looked at
  let laid = []; // [row, left, top, size] of the pictures of the last frame

  function draw(scene) {
    const { camera, ratio, theme } = scene;
    const [width, height] = [Math.round(camera.width * ratio), Math.round(camera.height * ratio)];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    discs(scene, width, height);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    laid = [];
    if (scene.pictured) images(scene);
    for (const row of scene.selected) ring(camera, row, theme.ink, 1.5);
    if (scene.ringed >= 0) ring(camera, scene.ringed, theme.accent, 3);
    if (scene.outline) line(scene.outline, theme);
    context.setTransform(1, 0, 0, 1, 0, 0);
  }

  function discs({ camera, ratio, pixels, shown, many, theme }, width, height) {
    const [left, top] = camera.pixel(0, 0).map((one) => one * ratio);
    const at = { left, top, sx: camera.sx * ratio, sy: camera.sy * ratio, width, height };
    const radius = quarters(radiusOf(camera, points.count) * ratio);
    const larger = quarters(Math.max(1.35 * radius, ratio * Math.min(4.5, radiusOf(camera, many)))); // few among many are seen
    const strength = points.count > 4000 ? 0.85 : 1;
    dots.begin(width, height, theme.packed);
    if (shown) dots.draw(points, pixels, at, { radius, strength, which: shown, wanted: 0 });
    dots.draw(points, pixels, at, { radius: shown ? larger : radius, strength: shown ? 1 : strength, which: shown });
    dots.end(width, height);
  }

  function images(scene) {
    const { camera, shown } = scene;
    const aspect = Math.round((8 * camera.sx) / camera.sy) / 8;
    if (!apart || apart.shown !== shown || apart.aspect !== aspect) {
      const order = wantedOrder(points.count, pictures.first).filter((row) => pictures.has(row) && (!shown || shown[row]));
      apart = { shown, aspect, count: order.length, spread: spread(points, order, aspect) };
    }
    const [size, gap] = sizeOf(camera, apart.count);
    const [left, top, right, bottom] = camera.sight(size);
    const { rows, count } = apart.spread.upTo((size * gap) / camera.sy);
    pictures.begin();
    for (let at = 0; at < count; at += 1) {
      const row = rows[at];
      if (points.x[row] < left || points.x[row] > right || points.y[row] < top || points.y[row] > bottom) continue;
      image(scene, row, size);
    }
    pictures.end();
  }

  function image({ camera, ratio, colour }, row, size) {
    const source = pictures.of(row, size * ratio);
    if (!source) return;
    const [from, sx, sy, wide, high] = source;
    const [x, y] = camera.pixel(points.x[row], points.y[row]);
    const [left, top] = [Math.round(x - size / 2), Math.round(y - size / 2)];
    const fit = Math.min((size - INNER) / wide, (size - INNER) / high);
    context.fillStyle = colour(row);
    context.fillRect(left - FRAME, top - FRAME, size + 2 * FRAME, size + 2 * FRAME);
    context.fillStyle = "#ffffff";
    context.fillRect(left, top, size, size);
    context.drawImage(from, sx, sy, wide, high, left + (size - wide * fit) / 2, top + (size - high * fit) / 2, wide * fit, high * fit);
    laid.push([row, left, top, size]);
  }

  /** A ring around a row: around its picture where it has one, else around its disc. */
  function ring(camera, row, colour, wide) {
    context.strokeStyle = colour;
    context.lineWidth = wide;
    context.beginPath();
    const picture = laid.find(([one]) => one === row);
    if (picture) context.roundRect(picture[1] - FRAME - 1, picture[2] - FRAME - 1, picture[3] + 2 * FRAME + 2, picture[3] + 2 * FRAME + 2, 4);
    else context.arc(...camera.pixel(points.x[row], points.y[row]), radiusOf(camera, points.count) + 3, 0, 2 * Math.PI);
    context.stroke();
  }

  function line(outline, theme) {
    context.strokeStyle = theme.accent;
    context.lineWidth = 2;
    context.setLineDash([6, 4]);
    context.beginPath();
    outline.forEach(([left, top], at) => (at ? context.lineTo(left, top) : context.moveTo(left, top)));
    context.closePath();
    context.stroke();
    context.setLineDash([]);
  }

  /** The row whose picture is at a pixel, -1 without. */
  function at(left, top) {
    const found = laid.findLast(([, x, y, size]) => left >= x && left < x + size && top >= y && top < y + size);
    return found ? found[0] : -1;
  }

  return { draw, at };
}

const quarters = (pixels) => Math.min(14, Math.round(4 * pixels) / 4); // so that few stamps are cut

/** Pixels of a disc: smaller where there are many, larger as one comes near. */
export function radiusOf({ width, height, zoom }, count) {
  const least = Math.min(5, Math.max(1.2, 0.3 * Math.sqrt((width * height) / Math.max(1, count))));
  return Math.min(7, least * zoom ** 0.3);
}

/** Pixels of a picture, and how far apart pictures are as a multiple: loosely, until all in sight have room. */
function sizeOf({ width, height, zoom, sx, sy }, count) {
  const least = Math.min(64, Math.max(width < 560 ? 34 : 42, 0.9 * Math.sqrt((width * height) / Math.max(1, count))));
  const size = Math.round(Math.min(LARGEST, least * zoom ** 0.28));
  const room = Math.min(1, Math.sqrt((sx * sy) / Math.max(1, count)) / size);
  return [size, 1.12 + 0.5 * (1 - room)];
}
