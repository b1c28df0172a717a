/** The colours of a similarity matrix, its ends, and the matrix as a PNG. */

import { contrast, rgbOf, themeOf } from "./map-colours.js";
import { cut, fontOf, savePng, sheetOf } from "./saving.js";

const STOPS = [[255, 247, 240], [250, 208, 172], [236, 142, 84], [180, 79, 21], [92, 34, 4]];
const INKS = ["#1c1b1a", "#ffffff"];
const TOLD = 3; // pairs named as the most and the least alike
const NAMES = 220; // pixels of the PNG for titles

/** A colour for each value, from the least of two different products to 1. */
export function rampOf(values) {
  const others = values.flatMap((row, a) => row.filter((_, b) => a !== b));
  const low = Math.min(...others);
  const of = (value) => {
    const part = Math.max(0, Math.min(1, (value - low) / Math.max(1e-6, 1 - low))) * (STOPS.length - 1);
    const at = Math.min(STOPS.length - 2, Math.floor(part));
    return `rgb(${STOPS[at].map((one, place) => Math.round(one + (STOPS[at + 1][place] - one) * (part - at))).join(" ")})`;
  };
  return { low, of };
}

/** A likeness with two digits; a trifle below nothing is nothing. */
export const written = (value) => value.toFixed(2).replace(/^-(0\.00)$/, "$1");

/** Some colours along the ramp, the lightest first. */
export const steps = ({ low, of }) => Array.from({ length: 12 }, (_, at) => of(low + ((1 - low) * at) / 11));

/** Whichever of black and white is read better on a colour. */
export const inkOn = (colour) => INKS.reduce((best, ink) => (contrast(rgbOf(ink), rgbOf(colour)) > contrast(rgbOf(best), rgbOf(colour)) ? ink : best));

/** The pairs that are the most and the least alike, as [place, place]. */
export function pairsOf(values) {
  const all = values.flatMap((row, a) => row.slice(a + 1).map((_, step) => [a, a + 1 + step]));
  all.sort(([a, b], [c, d]) => values[c][d] - values[a][b]);
  const most = all.slice(0, TOLD);
  return { most, least: all.slice(Math.max(TOLD, all.length - TOLD)).reverse() };
}

/** Have the browser save the matrix in this order. */
export async function saveMatrix({ ids, titles, values, ramp }, order) {
  const theme = themeOf(document.documentElement);
  const size = Math.max(14, Math.min(44, Math.round(900 / ids.length)));
  const side = size * ids.length;
  const { canvas, context } = sheetOf(side + NAMES + 48, side + NAMES + 48, theme.ground);
  const [left, top] = [NAMES + 24, NAMES + 24];
  order.forEach((a, row) => order.forEach((b, column) => {
    context.fillStyle = ramp.of(values[a][b]);
    context.fillRect(left + column * size, top + row * size, size, size);
    if (size < 30) return;
    context.fillStyle = inkOn(ramp.of(values[a][b]));
    context.font = fontOf(11);
    context.textAlign = "center";
    context.fillText(written(values[a][b]), left + (column + 0.5) * size, top + (row + 0.5) * size);
  }));
  context.fillStyle = theme.ink;
  context.font = fontOf(Math.min(13, size - 2));
  order.forEach((at, place) => {
    const title = cut(context, titles[at], NAMES - 12);
    context.textAlign = "right";
    context.fillText(title, left - 8, top + (place + 0.5) * size);
    context.save();
    context.translate(left + (place + 0.5) * size, top - 8);
    context.rotate(-Math.PI / 2);
    context.textAlign = "left";
    context.fillText(title, 0, 0);
    context.restore();
  });
  await savePng(canvas, `How alike ${ids.length} products look`);
}
