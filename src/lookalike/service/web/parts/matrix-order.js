/** An order in which products that look alike stand beside each other. */

/**
 * Average-linkage clustering (Sokal and Michener 1958), read off the tree so that the ends that meet are the most
 * alike of the four that could.
 * @param {number[][]} values how alike each is to each
 * @returns {number[]} the places in that order
 */
export function alikeOrder(values) {
  let groups = values.map((_, at) => [at]);
  const between = (one, other) => {
    let sum = 0;
    for (const a of one) for (const b of other) sum += values[a][b];
    return sum / (one.length * other.length);
  };
  let table = groups.map((one) => groups.map((other) => between(one, other)));
  while (groups.length > 1) {
    let best = [0, 1, -Infinity];
    for (let a = 0; a < groups.length; a += 1) {
      for (let b = a + 1; b < groups.length; b += 1) if (table[a][b] > best[2]) best = [a, b, table[a][b]];
    }
    const [a, b] = best;
    const [wide, high] = [groups[a].length, groups[b].length];
    const row = table[a].map((value, at) => (wide * value + high * table[b][at]) / (wide + high));
    table.forEach((one, at) => (one[a] = row[at]));
    table[a] = row;
    table = table.filter((_, at) => at !== b).map((one) => one.filter((_, at) => at !== b));
    groups[a] = joined(groups[a], groups[b], values);
    groups = groups.filter((_, at) => at !== b);
  }
  return groups[0] ?? [];
}

function joined(one, other, values) {
  const turned = (list) => [...list].reverse();
  const ways = [[one, other], [turned(one), other], [one, turned(other)], [turned(one), turned(other)]];
  const meets = ([first, second]) => values[first.at(-1)][second[0]];
  return ways.reduce((best, way) => (meets(way) > meets(best) ? way : best)).flat();
}
