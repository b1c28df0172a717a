/** Words sought on the map: what is called so, and, where the service is there, what may look so. */

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/**
 * Resolves to the rows that are `named` so, in a title, an id or a value of a column, and those that look `alike`.
 * @param {string} text
 * @param {{map: any, rows: Map<string, number>, doors: import("./explore.js").Doors}} own
 */
export async function seek(text, { map, rows, doors }) {
  const words = fold(text).split(/\s+/).filter(Boolean);
  const values = map.paints.map(({ values: all }) => all.map(fold));
  const saying = (row) =>
    [map.titles[row], map.ids[row], ...map.paints.map(({ codes }, at) => values[at][codes[row]] ?? "")].map((one, at) => (at < 2 ? fold(one) : one)).join("\n");
  const named = map.ids.map((_, row) => row).filter((row) => {
    const all = saying(row);
    return words.every((word) => all.includes(word));
  });
  const known = new Set(named);
  const found = doors.search ? await doors.search(text) : [];
  return { named, alike: found.map((id) => rows.get(id)).filter((row) => row !== undefined && !known.has(row)) };
}
