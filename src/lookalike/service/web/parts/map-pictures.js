/** The small pictures of the map: tiles of sheets that hold many, and, larger, each product's own as it comes near. */

const TOGETHER = 6; // pictures asked for at a time
const KEPT = 600; // pictures kept for coming back
const WIDTHS = [128, 256];
const ENOUGH = 1.25; // a picture may be drawn so much larger than it is
const PALE = 236; // of 255 in all three colours: the ground of a packshot
const PROBE = 48; // pixels in which the margins of a picture are looked for

/**
 * @param {{thumbnails: {size: number, columns: number, rows: number, sheets: string[], points: number[]} | null,
 *   address: ((row: number, wide: number) => string) | null, onload: () => void}} own
 *   `address` of one product's picture at a width, null where there are tiles alone
 */
export function picturesOf({ thumbnails, address, onload }) {
  const tiles = new Map((thumbnails?.points ?? []).map((row, tile) => [row, tile]));
  const sheets = [];
  const cuts = new Map(); // row → its tile
  const kept = new Map(); // row → {bitmap, wide}
  const failed = new Set();
  const asked = new Set();
  let wanted = [];

  function sheetOf(number) {
    sheets[number] ??= load(thumbnails.sheets[number]).then(
      (image) => ((sheets[number] = image), onload()),
      () => (sheets[number] = null),
    );
    return sheets[number] instanceof HTMLImageElement ? sheets[number] : null;
  }

  /** The tile of a row, cut from its sheet as [image, left, top, width, height]; null until it is there. */
  function tileOf(row) {
    const tile = tiles.get(row);
    if (tile === undefined) return null;
    if (cuts.has(row)) return cuts.get(row);
    const { columns, rows, size } = thumbnails;
    const image = sheetOf(Math.floor(tile / (columns * rows)));
    if (!image) return null;
    const place = tile % (columns * rows);
    cuts.set(row, withoutMargins(image, [(place % columns) * size, Math.floor(place / columns) * size, size, size]));
    return cuts.get(row);
  }

  async function fetchOne({ row, wide }) {
    asked.add(row);
    try {
      const image = await load(address(row, wide));
      const cut = withoutMargins(image, [0, 0, image.naturalWidth, image.naturalHeight]);
      const bitmap = await createImageBitmap(...cut);
      kept.get(row)?.bitmap.close();
      kept.set(row, { bitmap, wide });
      if (kept.size > KEPT) {
        const [oldest, { bitmap: old }] = kept.entries().next().value;
        kept.delete(oldest);
        old.close();
      }
    } catch {
      failed.add(row);
    }
    asked.delete(row);
    onload();
  }

  return {
    /** Whether a row may ever have a picture here. */
    has: (row) => tiles.has(row) || (address !== null && !failed.has(row)),
    /** The rows whose tiles there are, those first that tell most. */
    first: thumbnails?.points ?? [],
    begin: () => void (wanted = []),
    /** What to draw of a row at so many pixels: [image, left, top, width, height] of the source, or null. */
    of(row, pixels) {
      const own = kept.get(row);
      const tile = tileOf(row);
      const coarse = pixels > ENOUGH * (own ? Math.max(own.bitmap.width, own.bitmap.height) : tile ? Math.max(tile[3], tile[4]) : 0);
      if (coarse && address && !failed.has(row) && !asked.has(row)) {
        const wide = WIDTHS.find((one) => one * ENOUGH >= pixels) ?? WIDTHS.at(-1);
        if (wide > (own?.wide ?? 0)) wanted.push({ row, wide });
      }
      if (own) {
        kept.delete(row);
        kept.set(row, own); // the one used last goes last
        return [own.bitmap, 0, 0, own.bitmap.width, own.bitmap.height];
      }
      return tile;
    },
    /** Ask for what was missing, a few at a time. */
    end() {
      for (const one of wanted) {
        if (asked.size >= TOGETHER) return;
        void fetchOne(one);
      }
    },
  };
}

async function load(url) {
  const image = new Image();
  image.decoding = "async";
  image.src = url;
  await image.decode();
  return image;
}

const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

/** A part of an image without the pale margins around what it shows, as [image, left, top, width, height]. */
function withoutMargins(image, [left, top, wide, high]) {
  Object.assign(probe.canvas, { width: PROBE, height: PROBE });
  probe.fillStyle = "#ffffff";
  probe.fillRect(0, 0, PROBE, PROBE);
  probe.drawImage(image, left, top, wide, high, 0, 0, PROBE, PROBE);
  const { data } = probe.getImageData(0, 0, PROBE, PROBE);
  let [x0, y0, x1, y1] = [PROBE, PROBE, -1, -1];
  for (let at = 0; at < PROBE * PROBE; at += 1) {
    if (data[4 * at] > PALE && data[4 * at + 1] > PALE && data[4 * at + 2] > PALE) continue;
    const [x, y] = [at % PROBE, Math.floor(at / PROBE)];
    [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x), Math.max(y1, y)];
  }
  if (x1 < 0) return [image, left, top, wide, high]; // nothing but pale
  const [sx, sy] = [wide / PROBE, high / PROBE];
  return [image, left + x0 * sx, top + y0 * sy, (x1 - x0 + 1) * sx, (y1 - y0 + 1) * sy];
}
