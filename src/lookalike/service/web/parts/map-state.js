/** What a person has set on the map, as an address says it. */

/**
 * @typedef {object} MapState
 * @property {string | null} paint the column it is coloured by, "" for none, null for the first there is
 * @property {string[]} values those of the column that are looked at, none for all
 * @property {string} text words that are sought
 * @property {string[]} ids products that are selected
 * @property {{x: number, y: number, zoom: number} | null} at the centre in sight; null for the whole map
 */

/** @param {URLSearchParams} params @returns {MapState} */
export function stateOf(params) {
  const [x, y, zoom] = (params.get("at") ?? "").split(",").map(Number);
  return {
    paint: params.get("colour"),
    values: params.getAll("value"),
    text: params.get("text") ?? "",
    ids: params.getAll("id"),
    at: [x, y, zoom].every(Number.isFinite) && zoom >= 1 ? { x, y, zoom } : null,
  };
}

/** The same as parameters. @param {MapState} state */
export function paramsOf({ paint, values, text, ids, at }) {
  return {
    colour: paint,
    value: values,
    text,
    id: ids,
    at: at && `${at.x.toFixed(4)},${at.y.toFixed(4)},${at.zoom.toFixed(2)}`,
  };
}
