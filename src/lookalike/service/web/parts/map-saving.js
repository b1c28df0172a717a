/** The map as it is in sight, with what its colours mean, as a PNG. */

import { drawingOn } from "./map-drawing.js";
import { brief } from "./map-legend.js";
import { counted, named, number } from "./named.js";
import { cut, fontOf, savePng, sheetOf } from "./saving.js";

const SIDE = 240; // pixels beside the map for the legend
const EDGE = 24;
const HEAD = 56;
const ROW = 22;
const SHOWN = 20; // values of the legend

/** @param {any} mine the map @param {import("./map-drawing.js").Scene} scene what is in sight */
export async function saveMap({ map, points, pictures, paint, colours, chosen, camera }, scene) {
  const { theme } = scene;
  const { canvas, context, scale } = sheetOf(camera.width + (paint ? SIDE : 0) + 2 * EDGE, camera.height + HEAD + EDGE, theme.ground);
  const drawn = document.createElement("canvas");
  drawingOn(drawn, points, pictures).draw({ ...scene, ratio: scale, ringed: -1, outline: null });
  context.drawImage(drawn, EDGE, HEAD, camera.width, camera.height);
  context.fillStyle = theme.ink;
  context.font = fontOf(17, 650);
  context.fillText(paint ? `${counted(map.ids.length, "product")}, coloured by ${named(paint.name).toLowerCase()}` : counted(map.ids.length, "product"), EDGE, HEAD / 2);
  if (paint) legend(context, { paint, colours, chosen, theme }, EDGE + camera.width + EDGE);
  await savePng(canvas, `Map of the catalogue ${paint?.name ?? ""}`);
}

function legend(context, { paint, colours, chosen, theme }, left) {
  const counts = new Map();
  for (const code of paint.codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  const places = paint.values.map((_, at) => at).filter((at) => counts.has(at) && (!chosen.size || chosen.has(at)));
  places.slice(0, SHOWN).forEach((at, row) => {
    const top = HEAD + ROW * (row + 0.5);
    context.fillStyle = colours.of[at];
    context.fillRect(left, top - 6, 12, 12);
    context.fillStyle = theme.ink;
    context.font = fontOf(13);
    context.textAlign = "left";
    context.fillText(cut(context, brief(paint.values[at]), SIDE - 90), left + 20, top);
    context.fillStyle = theme.soft;
    context.textAlign = "right";
    context.fillText(number(counts.get(at)), left + SIDE - EDGE, top);
  });
  context.textAlign = "left";
  if (places.length > SHOWN) context.fillText(`and ${number(places.length - SHOWN)} more`, left + 20, HEAD + ROW * (SHOWN + 0.5));
}
