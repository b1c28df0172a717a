/** Words sought on the map: what is called so, and, where the service is there, what may look so. */

const told = new WeakMap(); // map → what each of its products is called, folded

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/**
 * Resolves to the rows that are `named` so, in a title, an id or a value of a column, and those that look `alike`.
 * @param {string} text
 * @param {{map: any, rows: Map<string, number>, doors: import("./explore.js").Doors}} own
 */
export async function seek(text, { map, rows, doors }) {
  const words = fold(text).split(/\s+/).filter(Boolean);
  if (!told.has(map)) told.set(map, calledOf(map));
  const called = told.get(map);
  const named = map.ids.map((_, row) => row).filter((row) => words.every((word) => called[row].includes(word)));
  const known = new Set(named);
  const found = doors.search ? await doors.search(text) : [];
  return { named, alike: found.map((id) => rows.get(id)).filter((row) => row !== undefined && !known.has(row)) };
}

function calledOf({ ids, titles, paints }) {
  const values = paints.map((paint) => paint.values.map(fold));
  return ids.map((id, row) => [fold(`${titles[row]}\n${id}`), ...paints.map(({ codes }, at) => values[at][codes[row]] ?? "")].join("\n"));
}
