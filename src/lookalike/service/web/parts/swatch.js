/** Colours shown as small discs, with their names for those who do not see them. */

import { el } from "./el.js";

const SEEN = 0.08; // smaller parts of an item are not worth a disc

/** Shades of one name summed, largest first. */
export function colourShares(colours) {
  const shares = new Map();
  for (const { name, share } of colours ?? []) shares.set(name, (shares.get(name) ?? 0) + share);
  return [...shares].sort((one, other) => other[1] - one[1]);
}

/** The colours of an item in words: "navy 62%, white 20%". */
export function colourWords(colours) {
  return colourShares(colours)
    .map(([name, share]) => `${name} ${Math.round(100 * share)}%`)
    .join(", ");
}

/** Discs of an item's colours in one row; null when none was measured. */
export function dots(colours) {
  const seen = (colours ?? []).filter(({ share }) => share >= SEEN).slice(0, 4);
  if (!seen.length) return null;
  return el(
    "span",
    { class: "dots", role: "img", "aria-label": `Colours: ${colourWords(seen)}`, title: colourWords(seen) },
    seen.map(({ hex }) => el("i", { style: { background: hex } })),
  );
}
