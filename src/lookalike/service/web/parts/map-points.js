/** Where the products of a map lie: found by place, by distance and by outline, and spread so that pictures do not overlap. */

const CELLS = 96; // a side of the grid that places are looked up in

/**
 * @typedef {object} Points
 * @property {number} count
 * @property {Float32Array} x from 0 to 1
 * @property {Float32Array} y from 0 to 1
 * @property {(x: number, y: number, wide: number, high: number, allowed?: Uint8Array | null) => number} nearest
 *   the row nearest to a place, within an ellipse of these radii; -1 without
 * @property {(left: number, top: number, right: number, bottom: number) => number[]} within rows in a rectangle
 * @property {(row: number, many: number) => number[]} around the rows nearest to one, the nearest first
 * @property {(outline: [number, number][]) => number[]} enclosed rows inside a closed line
 */

/** @param {{x: number[], y: number[]}} map @returns {Points} */
export function pointsOf(map) {
  const x = Float32Array.from(map.x);
  const y = Float32Array.from(map.y);
  const { starts, rows } = sorted(x, y);

  function* cells(left, top, right, bottom) {
    const last = cellOf(right);
    for (let down = cellOf(top); down <= cellOf(bottom); down += 1) {
      const from = starts[down * CELLS + cellOf(left)];
      const to = starts[down * CELLS + last + 1];
      for (let at = from; at < to; at += 1) yield rows[at];
    }
  }

  function within(left, top, right, bottom) {
    const found = [];
    for (const row of cells(left, top, right, bottom)) {
      if (x[row] >= left && x[row] <= right && y[row] >= top && y[row] <= bottom) found.push(row);
    }
    return found;
  }

  function nearest(atX, atY, wide, high, allowed = null) {
    let best = -1;
    let least = 1;
    for (const row of cells(atX - wide, atY - high, atX + wide, atY + high)) {
      if (allowed && !allowed[row]) continue;
      const far = ((x[row] - atX) / wide) ** 2 + ((y[row] - atY) / high) ** 2;
      if (far <= least) [best, least] = [row, far];
    }
    return best;
  }

  function enclosed(outline) {
    const xs = outline.map(([one]) => one);
    const ys = outline.map(([, one]) => one);
    const box = within(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys));
    return box.filter((row) => isInside(x[row], y[row], outline));
  }

  function around(row, many) {
    const far = (other) => Math.hypot(x[other] - x[row], y[other] - y[row]);
    for (let radius = 0.02; ; radius *= 2) {
      const found = within(x[row] - radius, y[row] - radius, x[row] + radius, y[row] + radius).filter((other) => other !== row && far(other) <= radius);
      if (found.length >= many || radius > 2) return least(found, far, many);
    }
  }

  return { count: x.length, x, y, nearest, within, enclosed, around };
}

/** The few of many rows that have the least of something, the least first. */
export function least(rows, of, few) {
  const best = []; // [what it has, row], in order
  for (const row of rows) {
    const has = of(row);
    if (best.length === few && has >= best[few - 1][0]) continue;
    let at = best.length;
    while (at > 0 && best[at - 1][0] > has) at -= 1;
    best.splice(at, 0, [has, row]);
    if (best.length > few) best.pop();
  }
  return best.map(([, row]) => row);
}

const cellOf = (value) => Math.max(0, Math.min(CELLS - 1, Math.floor(value * CELLS)));

/** The rows by the cell they lie in: cell c has rows[starts[c]] to rows[starts[c + 1] - 1]. */
function sorted(x, y) {
  const cells = Uint32Array.from(x, (value, row) => cellOf(y[row]) * CELLS + cellOf(value));
  const starts = new Uint32Array(CELLS * CELLS + 1);
  for (const cell of cells) starts[cell + 1] += 1;
  for (let at = 1; at < starts.length; at += 1) starts[at] += starts[at - 1];
  const next = starts.slice();
  const rows = new Uint32Array(x.length);
  cells.forEach((cell, row) => (rows[next[cell]++] = row));
  return { starts, rows };
}

/** Whether a ray to the right crosses the line an odd number of times. */
function isInside(x, y, outline) {
  let inside = false;
  for (let at = 0, before = outline.length - 1; at < outline.length; before = at, at += 1) {
    const [ax, ay] = outline[at];
    const [bx, by] = outline[before];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

const WIDEST = 0.25; // of the map's height: the distance on the coarsest level
const HALVING = 3; // levels after which distances are half as long
const LEVELS = 42;

/**
 * Rows that lie apart: `upTo(distance)` gives as many as have at least that distance from each other on both axes
 * taken together, and those of a greater distance are always among them, so that zooming in only adds pictures.
 * @param {Points} points
 * @param {ArrayLike<number>} order the rows that may be shown, most wanted first
 * @param {number} aspect how much longer a step of the same number is across than down
 */
export function spread({ x, y }, order, aspect) {
  const taken = [];
  const levels = []; // how many of `taken` each level shows
  let left = Array.from(order);

  function deepen() {
    const distance = WIDEST * 2 ** (-levels.length / HALVING);
    const cells = new Map(); // two that lie apart are never in one cell
    const across = Math.ceil(aspect / distance) + 3;
    const cell = (row) => (Math.floor(y[row] / distance) + 1) * across + Math.floor((x[row] * aspect) / distance) + 1;
    const free = (row) => {
      const middle = cell(row);
      for (const down of [-across, 0, across]) {
        for (let step = -1; step <= 1; step += 1) {
          const other = cells.get(middle + down + step);
          if (other === undefined) continue;
          if (Math.abs(x[other] - x[row]) * aspect < distance && Math.abs(y[other] - y[row]) < distance) return false;
        }
      }
      return true;
    };
    for (const row of taken) cells.set(cell(row), row);
    left = left.filter((row) => {
      if (!free(row)) return true;
      cells.set(cell(row), row);
      taken.push(row);
      return false;
    });
    levels.push(taken.length);
  }

  return {
    upTo(distance) {
      const level = Math.min(LEVELS, Math.floor(HALVING * Math.log2(WIDEST / distance)));
      while (levels.length <= level) deepen();
      return { rows: taken, count: levels[level] ?? 0 };
    },
  };
}

/** Rows in an order that has nothing to do with where they lie, those named first. */
export function wantedOrder(count, first) {
  const order = [];
  const seen = new Uint8Array(count);
  const take = (row) => {
    if (row < 0 || row >= count || seen[row]) return;
    seen[row] = 1;
    order.push(row);
  };
  first.forEach(take);
  const by = stride(count);
  for (let step = 0, row = 0; step < count; step += 1, row = (row + by) % count) take(row);
  return order;
}

/** A step that visits all of `count` rows, far from the one before. */
function stride(count) {
  let step = Math.max(1, Math.floor(count * 0.618));
  const common = (a, b) => (b ? common(b, a % b) : a);
  while (common(step, count) > 1) step += 1;
  return step;
}
