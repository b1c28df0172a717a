// A box on a photo, as shares of its width and height: {left, top, width, height}, each 0..1. Plain arithmetic.

export const LEAST = 0.05; // a smaller box shows too little to look for

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const tidy = (value) => Math.round(value * 10000) / 10000;

function tidied({ left, top, width, height }) {
  const [l, t] = [tidy(left), tidy(top)];
  return { left: l, top: t, width: tidy(Math.min(width, 1 - l)), height: tidy(Math.min(height, 1 - t)) };
}

export function whole() {
  return { left: 0, top: 0, width: 1, height: 1 };
}

export function isWhole(box) {
  return box.width >= 1 && box.height >= 1;
}

export function same(one, other) {
  return ["left", "top", "width", "height"].every((side) => one[side] === other[side]);
}

/** The box shifted by shares of the photo; it stops at the edges. */
export function moved(box, dx, dy) {
  const left = clamp(box.left + dx, 0, 1 - box.width);
  const top = clamp(box.top + dy, 0, 1 - box.height);
  return tidied({ ...box, left, top });
}

/** One axis with one of its two ends shifted: -1 the near end, 1 the far end, 0 neither. */
function stretched(start, size, end, by) {
  const far = start + size;
  if (end < 0) {
    const near = clamp(start + by, 0, far - LEAST);
    return [near, far - near];
  }
  return end > 0 ? [start, clamp(far + by, start + LEAST, 1) - start] : [start, size];
}

/** The box with one handle ("n", "ne", "e", ...) shifted; the opposite side stays where it is. */
export function resized(box, handle, dx, dy) {
  const across = handle.includes("w") ? -1 : handle.includes("e") ? 1 : 0;
  const down = handle.includes("n") ? -1 : handle.includes("s") ? 1 : 0;
  const [left, width] = stretched(box.left, box.width, across, dx);
  const [top, height] = stretched(box.top, box.height, down, dy);
  return tidied({ left, top, width, height });
}

/** The box larger or smaller about its middle, kept inside the photo. */
export function scaled(box, factor) {
  const width = clamp(box.width * factor, LEAST, 1);
  const height = clamp(box.height * factor, LEAST, 1);
  const left = clamp(box.left + (box.width - width) / 2, 0, 1 - width);
  const top = clamp(box.top + (box.height - height) / 2, 0, 1 - height);
  return tidied({ left, top, width, height });
}

/** The box between two corners, in any order. */
export function between(from, to) {
  const [x, y] = [clamp(from.x, 0, 1), clamp(from.y, 0, 1)];
  const [u, v] = [clamp(to.x, 0, 1), clamp(to.y, 0, 1)];
  const width = Math.max(Math.abs(u - x), LEAST);
  const height = Math.max(Math.abs(v - y), LEAST);
  const left = clamp(Math.min(x, u), 0, 1 - width);
  return tidied({ left, top: clamp(Math.min(y, v), 0, 1 - height), width, height });
}

/** The box with its middle at a point, as near as the edges allow. */
export function centred(box, at) {
  return moved(box, at.x - box.left - box.width / 2, at.y - box.top - box.height / 2);
}

/** "0.1,0.2,0.5,0.6", as addresses and the service write a box. */
export function boxText(box) {
  return [box.left, box.top, box.width, box.height].join(",");
}

/** The box that such a text names, or the whole photo where it names none. */
export function boxFrom(text) {
  const [left, top, width, height, ...rest] = (text ?? "").split(",").map((part) => (part.trim() ? Number(part) : NaN));
  const numbers = [left, top, width, height];
  if (rest.length || !numbers.every(Number.isFinite)) return whole();
  if (left < 0 || top < 0 || width < LEAST || height < LEAST || left + width > 1.0001 || top + height > 1.0001) return whole();
  return tidied({ left, top, width, height });
}

/** The box in words, for those who do not see it. */
export function described(box) {
  if (isWhole(box)) return "The box covers the whole photo.";
  const percent = (share) => `${Math.round(share * 100)}%`;
  return `Box ${percent(box.left)} from left, ${percent(box.top)} from top, ${percent(box.width)} wide, ${percent(box.height)} high.`;
}
