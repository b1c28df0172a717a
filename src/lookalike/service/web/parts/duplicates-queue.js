/** The groups to go through, asked for a page at a time as they are needed. */

/** Groups asked for at once. */
export const PAGE = 20;
const AHEAD = 6; // groups that are there before they are reached
const UNDER_WAY = 4; // judgements that the service may know of and this page does not yet: lists overlap by so many

/**
 * @typedef {object} Item A group and what was said of it on this visit.
 * @property {any} group
 * @property {number} keep which member stays
 * @property {string} why why that one is suggested, "" when a person chose it
 * @property {Map<number, string>} marks "same" or "not-same" by member
 * @property {any[]} judged the judgements that hold
 * @property {import("./duplicates-judging.js").Said} said what was said when they were made
 * @property {boolean} done whether all was said
 * @property {boolean} gone whether the service no longer lists it under these filters
 */

/**
 * A queue over the service's list. `load(offset)` asks for a page; `made(group)` makes an item of a group.
 * @param {(offset: number) => Promise<{groups: any[], total: number}>} load
 * @param {(group: any) => Item} made
 */
export function queueOf(load, made) {
  return { load, made, items: [], at: 0, start: 0, total: 0, over: false, asking: null };
}

/** Begin at a place of the service's list. Resolves to its answer. */
export async function begin(queue, position) {
  queue.start = Math.max(0, Math.floor(position / PAGE) * PAGE);
  let answer = await queue.load(queue.start);
  if (!answer.groups.length && queue.start > 0) {
    queue.start = 0;
    answer = await queue.load(0);
  }
  take(queue, answer);
  queue.at = Math.max(0, Math.min(position - queue.start, queue.items.length - 1));
  return answer;
}

/** Go to an item by its index; more are asked for where it comes near the end. */
export async function turnTo(queue, at) {
  if (at < 0 && queue.start > 0) return void (await earlier(queue));
  queue.at = Math.max(0, Math.min(at, queue.items.length));
  if (queue.at + AHEAD >= queue.items.length && !queue.over) {
    const asking = further(queue);
    if (queue.at >= queue.items.length) await asking;
    else asking.catch(() => {}); // asked for again when it is reached
  }
}

/** Put a group that is not in the queue there, for those that it fell apart into, which are given, or where one is. */
export function insert(queue, item) {
  const within = holding([item]);
  const parts = queue.items.filter(({ group }) => within(group));
  if (parts.length) queue.at = queue.items.indexOf(parts[0]);
  queue.items = queue.items.filter((one) => !parts.includes(one));
  queue.items.splice(queue.at, 0, item);
  return parts;
}

const name = ({ id, picture }) => `${id}\t${picture}`;
const namesOf = ({ group }) => group.members.map(name).toSorted().join("\n");

/** Tells of a group whether one of these items has all of its pictures. */
function holding(items) {
  const where = new Map();
  for (const item of items) for (const member of item.group.members) where.set(name(member), item);
  return ({ members }) => {
    const item = where.get(name(members[0]));
    return item !== undefined && members.every((member) => where.get(name(member)) === item);
  };
}

/** Where the present item stands in the service's list, and how long the list was when it was first asked for. */
export const positionOf = (queue) => queue.start + queue.items.slice(0, queue.at).filter((item) => !item.gone).length;

function further(queue) {
  queue.asking ??= (async () => {
    try {
      const listed = () => queue.items.filter((item) => !item.gone).length;
      const before = queue.items.length;
      let offset;
      let answer;
      do {
        offset = Math.max(0, listed() - UNDER_WAY);
        answer = await queue.load(queue.start + offset);
      } while (offset > listed()); // so many were judged meanwhile that the answer may have left some out
      take(queue, answer);
      queue.over ||= queue.items.length === before;
    } finally {
      queue.asking = null;
    }
  })();
  return queue.asking;
}

async function earlier(queue) {
  const start = Math.max(0, queue.start - PAGE);
  const { groups } = await queue.load(start);
  const fresh = unknown(queue, groups.slice(0, queue.start - start)).map(queue.made);
  queue.items.unshift(...fresh);
  queue.start = start;
  queue.at = Math.max(0, fresh.length - 1);
}

function take(queue, { groups, total }) {
  queue.items.push(...unknown(queue, groups).map(queue.made));
  const gone = queue.items.filter((item) => item.gone).length;
  queue.total = total + gone;
  queue.over = queue.start + queue.items.length - gone >= total;
}

/** The groups that are not in the queue. Of one that is gone, parts are: it fell apart. */
function unknown(queue, groups) {
  const there = holding(queue.items.filter((item) => !item.gone));
  const gone = new Set(queue.items.filter((item) => item.gone).map(namesOf));
  return groups.filter((group) => !there(group) && !gone.has(namesOf({ group })));
}
