/** The colours of the map: one for each frequent value of a column, twelve strong and twelve paler, on light and on dark. */

const LIGHT = ["#c2410c", "#1d6fb8", "#2f7d3b", "#8a3fb0", "#a87900", "#0e8a8a", "#c7347c", "#66741a", "#7a4a2b", "#4f5bd5", "#d0342c", "#44788c", "#e08a5f", "#7fb0dc", "#86b98e", "#bd93d3", "#c9a94e", "#73bdbd", "#df8fb5", "#a9b46c", "#b08f76", "#9aa2ea", "#e58a84", "#8db2bf"];
const DARK = ["#f08a4b", "#6bb3f2", "#79c98a", "#cf95ee", "#e6c34c", "#4fd0cf", "#f48cc0", "#c0cf6a", "#c99b78", "#a3abff", "#ff7f76", "#93bfd3", "#b5612c", "#3f7fba", "#4c9160", "#9a63b8", "#ae8d1f", "#2b9494", "#bd5d8f", "#8b9a3c", "#946b4c", "#6d76cc", "#c4514a", "#5f8b9f"];
const REST = { light: "#a09890", dark: "#7a736b" }; // of values that are not among the frequent ones, and of none
const FAINT = { light: 0.2, dark: 0.24 }; // of a colour is left where others are looked at
const NEAR = 1.35; // a contrast below which a tint is not seen on the ground

/** What the page looks like: its ground, ink and accent, and whether it is dark. @param {Element} on */
export function themeOf(on) {
  const style = getComputedStyle(on);
  const colour = (name) => style.getPropertyValue(name).trim();
  const dark = luminance(rgbOf(colour("--ground"))) < 0.2;
  return { dark, ground: colour("--card"), ink: colour("--ink"), accent: colour("--accent"), soft: colour("--soft"), line: colour("--line"), tile: colour("--tile") };
}

/**
 * A colour for each value of a paint, and the one of those without. What is `chosen` has colours before others.
 * @param {{values: string[], tints: string[]} | null} paint
 * @param {Set<number>} chosen places of values
 * @returns {{of: string[], rest: string}}
 */
export function coloursOf(paint, chosen, theme) {
  const kinds = theme.dark ? DARK : LIGHT;
  const rest = theme.dark ? REST.dark : REST.light;
  if (!paint) return { of: [], rest: kinds[1] };
  if (paint.tints?.length) return { of: paint.values.map((_, at) => seen(paint.tints[at] ?? rest, theme)), rest };
  const told = paint.values.map((_, at) => (at < kinds.length && !(paint.folded && at === paint.values.length - 1) ? kinds[at] : rest));
  const unused = kinds.filter((one) => ![...chosen].some((at) => told[at] === one));
  for (const at of chosen) if (told[at] === rest) told[at] = unused.shift() ?? theme.ink;
  return { of: told, rest };
}

/** For each row its colour as four bytes of a pixel. `shown` rows are strong, the others faint; null for all. */
export function pixelsOf(count, codes, { of, rest }, shown, theme) {
  const strong = of.map((one) => packed(rgbOf(one)));
  const ground = rgbOf(theme.ground);
  const share = theme.dark ? FAINT.dark : FAINT.light;
  const faint = packed(mixed(rgbOf(rest), ground, share));
  const none = packed(rgbOf(rest));
  const pixels = new Uint32Array(count);
  for (let row = 0; row < count; row += 1) pixels[row] = shown && !shown[row] ? faint : (strong[codes?.[row] ?? -1] ?? none);
  return pixels;
}

export const packed = ([red, green, blue]) => ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;

/** "#aabbcc", "#abc" or "rgb(1 2 3)" as three numbers up to 255. */
export function rgbOf(text) {
  if (text.startsWith("#")) {
    const digits = text.length < 6 ? [...text.slice(1, 4)].map((one) => one + one) : text.slice(1, 7).match(/../g);
    return digits.map((one) => Number.parseInt(one, 16));
  }
  return (text.match(/[\d.]+/g) ?? ["128", "128", "128"]).slice(0, 3).map(Number);
}

/** A colour as it can be told from the ground: a white one on white is greyed. */
function seen(tint, theme) {
  const [one, ground] = [rgbOf(tint), rgbOf(theme.ground)];
  if (contrast(one, ground) >= NEAR) return tint;
  return `rgb(${mixed(rgbOf(theme.ink), one, 0.24).join(" ")})`;
}

const mixed = (one, other, share) => one.map((value, at) => Math.round(value * share + other[at] * (1 - share)));

export function contrast(one, other) {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/** Relative luminance, 0 to 1, as WCAG 2 defines it. */
function luminance(rgb) {
  const [red, green, blue] = rgb.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
