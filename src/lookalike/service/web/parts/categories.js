/** Categories as a tree that opens along what is chosen. */

import { el } from "./el.js";
import { shopAddress, withValues } from "./wishes.js";

const SHOWN = 12; // categories of one level before the rest is folded away

/**
 * The tree of categories as links, one chosen at a time; null when there is nothing to choose.
 * @param {{value: string, path: string, depth: number, count: number}[]} found
 */
export function categories(found, wishes, change) {
  const list = found ?? [];
  const chosen = wishes.category[0] ?? "";
  const current = list.find(({ path, value }) => path === chosen || value === chosen)?.path ?? chosen;
  if (!list.length && !chosen) return null;
  const visible = ordered(list).filter((entry) => entry.depth === 0 || isAlong(parent(entry.path), current));
  const row = (entry) => link(entry, entry.path === current, current.startsWith(`${entry.path} >`), wishes, change);
  const [first, rest] = split(visible, current);
  return el(
    "div",
    { class: "categories", role: "group", "aria-label": "Category" },
    chosen &&
      el(
        "a",
        {
          class: "category all",
          href: shopAddress(withValues(wishes, "category", [])),
          dataset: { key: "category" },
          on: { click: on(change, withValues(wishes, "category", [])) },
        },
        "All categories",
      ),
    first.map(row),
    rest.length > 0 &&
      el(
        "details",
        { class: "rest" },
        el("summary", { dataset: { key: "category rest" } }, `${rest.length} more`),
        rest.map(row),
      ),
  );
}

function link(entry, isCurrent, isAbove, wishes, change) {
  const next = withValues(wishes, "category", isCurrent ? [] : [entry.path]);
  return el(
    "a",
    {
      class: `category${isAbove ? " above" : ""}`,
      href: shopAddress(next),
      "aria-current": isCurrent ? "true" : null,
      style: { "--depth": String(entry.depth) },
      dataset: { key: `category ${entry.path}` },
      on: { click: on(change, next) },
    },
    el("span", null, entry.value),
    el("span", { class: "count" }, entry.count.toLocaleString("en-GB")),
  );
}

/** A plain click changes the wishes; one that opens a tab is the link's own. */
function on(change, next) {
  return (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    change(next);
  };
}

/** Parents before their children, siblings by how many products they have. */
function ordered(list) {
  const counts = new Map(list.map(({ path, count }) => [path, count]));
  const rank = (path) => path.split(" > ").map((_, depth, levels) => levels.slice(0, depth + 1).join(" > "));
  return [...list].sort((one, other) => {
    const [a, b] = [rank(one.path), rank(other.path)];
    const at = a.findIndex((path, depth) => path !== b[depth]);
    if (at === -1 || at >= b.length) return a.length - b.length;
    return (counts.get(b[at]) ?? 0) - (counts.get(a[at]) ?? 0) || a[at].localeCompare(b[at]);
  });
}

function split(visible, current) {
  if (visible.length <= SHOWN + 3 || current) return [visible, []];
  return [visible.slice(0, SHOWN), visible.slice(SHOWN)];
}

const parent = (path) => path.split(" > ").slice(0, -1).join(" > ");
const isAlong = (path, current) => current === path || current.startsWith(`${path} >`);
