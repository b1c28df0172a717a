/** Drawings taken away as PNG files. */

const SCALE = 2; // pixels of the file for one of the page

/** A canvas of a size on a ground, and its context, scaled so that one draws in pixels of the page. */
export function sheetOf(width, height, ground) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: Math.round(width * SCALE), height: Math.round(height * SCALE) });
  const context = canvas.getContext("2d");
  context.scale(SCALE, SCALE);
  context.fillStyle = ground;
  context.fillRect(0, 0, width, height);
  context.textBaseline = "middle";
  return { canvas, context, scale: SCALE };
}

/** A text that is cut with an ellipsis where it is wider than so many pixels. */
export function cut(context, text, wide) {
  if (context.measureText(text).width <= wide) return text;
  const letters = [...text];
  while (letters.length && context.measureText(`${letters.join("")}…`).width > wide) letters.pop();
  return `${letters.join("")}…`;
}

export const fontOf = (size, weight = 400) => `${weight} ${size}px ${getComputedStyle(document.body).fontFamily}`;

/** Have the browser save a canvas under a name. */
export async function savePng(canvas, name) {
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) throw new Error("The browser could not write the picture.");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "")}.png`;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
