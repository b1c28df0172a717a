/** Small pictures of products cut from the sheets of the map, for a page that has nothing else. */

/**
 * Resolves to what gives a product's picture as an address, null where it has no tile.
 * @param {{ids: string[]}} map
 * @param {{size: number, columns: number, rows: number, sheets: string[], points: number[]}} thumbnails
 * @returns {Promise<(id: string) => string | null>}
 */
export async function tilePictures(map, { size, columns, rows, sheets, points }) {
  const images = await Promise.all(sheets.map(decoded));
  const tiles = new Map(points.map((row, tile) => [map.ids[row], tile]));
  const made = new Map();
  const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
  const context = canvas.getContext("2d");

  return (id) => {
    const tile = tiles.get(id);
    if (tile === undefined) return null;
    if (!made.has(id)) {
      const place = tile % (columns * rows);
      context.drawImage(images[Math.floor(tile / (columns * rows))], (place % columns) * size, Math.floor(place / columns) * size, size, size, 0, 0, size, size);
      made.set(id, canvas.toDataURL("image/png"));
    }
    return made.get(id);
  };
}

async function decoded(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  return image;
}
