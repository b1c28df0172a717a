/** A chart as a PNG. */

import { mostOf } from "./charts.js";
import { themeOf } from "./map-colours.js";
import { brief } from "./map-legend.js";
import { number } from "./named.js";
import { cut, fontOf, savePng, sheetOf } from "./saving.js";

const WIDE = 720;
const EDGE = 28;
const HEAD = 64;
const ROW = 26;
const NAMES = 200;
const COUNTS = 72;
const HIGH = 260; // pixels of the columns
const SHOWN = 40; // bars of a chart

/** Have the browser save a chart with its title and what is said under it. */
export async function saveChart(chart, title, note, tint) {
  const theme = themeOf(document.documentElement);
  const rows = Math.min(SHOWN, chart.bars.length);
  const high = chart.kind === "histogram" ? HIGH + 40 : rows * ROW;
  const { canvas, context } = sheetOf(WIDE, HEAD + high + 56, theme.ground);
  context.fillStyle = theme.ink;
  context.font = fontOf(18, 650);
  context.fillText(cut(context, title, WIDE - 2 * EDGE), EDGE, HEAD / 2);
  if (chart.kind === "histogram") columns(context, chart, theme);
  else bars(context, chart, theme, tint);
  context.fillStyle = theme.soft;
  context.textAlign = "left";
  context.font = fontOf(13);
  context.fillText(cut(context, note, WIDE - 2 * EDGE), EDGE, HEAD + high + 28);
  await savePng(canvas, title);
}

function bars(context, chart, theme, tint) {
  const most = mostOf(chart);
  const room = WIDE - 2 * EDGE - NAMES - COUNTS;
  context.font = fontOf(13);
  chart.bars.slice(0, SHOWN).forEach(({ name, count }, at) => {
    const top = HEAD + ROW * (at + 0.5);
    context.fillStyle = theme.ink;
    context.textAlign = "left";
    context.fillText(cut(context, brief(name), NAMES - 12), EDGE, top);
    context.fillStyle = tint(chart.name, name) ?? theme.accent;
    context.fillRect(EDGE + NAMES, top - 8, Math.max(1, (room * count) / most), 16);
    context.fillStyle = theme.ink;
    context.textAlign = "right";
    context.fillText(number(count), WIDE - EDGE, top);
  });
}

function columns(context, chart, theme) {
  const most = mostOf(chart);
  const step = (WIDE - 2 * EDGE) / chart.bars.length;
  const every = Math.ceil(chart.bars.length / 8);
  context.textAlign = "center";
  chart.bars.forEach(({ name, count }, at) => {
    const left = EDGE + at * step;
    const tall = ((HIGH - 20) * count) / most;
    context.fillStyle = theme.accent;
    context.fillRect(left + 1, HEAD + HIGH - tall, Math.max(1, step - 2), tall);
    context.font = fontOf(12);
    context.fillStyle = theme.soft;
    if (at % every === 0) context.fillText(cut(context, name, step * every - 4), left + step / 2, HEAD + HIGH + 16);
    if (count && step > 36) context.fillText(number(count), left + step / 2, HEAD + HIGH - tall - 10);
  });
}
