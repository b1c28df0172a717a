/** A grid of any length: only the rows near the window exist, and they are asked for a page at a time. */

import { card, ghost } from "./card.js";
import { el } from "./el.js";

/** Products asked for at once. */
export const PAGE = 48;
const PAGES = 16; // pages remembered
const TALLEST = 12_000_000; // pixels; beyond this browsers lose their place
const AHEAD = 1; // windows of rows kept above and below the one that is seen
const REST = 90; // milliseconds a place must be seen before its products are asked for

/**
 * @param {(offset: number, signal: AbortSignal) => Promise<{products: any[], total: number}>} load
 * @param {AbortSignal} signal ends the grid
 */
export function endlessGrid(load, signal) {
  const list = el("ul", { class: "grid", id: "products", tabindex: "-1", "aria-label": "Products" });
  const element = el("div", { class: "window" }, list);
  const grid = {
    list,
    element,
    load,
    signal,
    total: 0,
    pages: new Map(),
    asked: new Map(),
    items: new Map(),
    row: 0,
    columns: 1,
    failed: () => {},
  };
  let frame = 0;
  const soon = () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      if (!signal.aborted) draw(grid);
    });
  };
  addEventListener("scroll", soon, { passive: true, signal });
  const watcher = new ResizeObserver(() => {
    measure(grid);
    soon();
  });
  watcher.observe(element);
  signal.addEventListener("abort", () => watcher.disconnect());
  return {
    element,
    /** Show a catalogue or a choice from it, whose first page is known. */
    show: (total, products) => show(grid, total, products),
    /** Show that something is coming. */
    wait: () => list.children.length || list.append(...Array.from({ length: 12 }, () => ghost())),
    /** Told of a page that could not be had. */
    onFailure: (listener) => void (grid.failed = listener),
  };
}

function show(grid, total, products) {
  for (const asking of grid.asked.values()) asking.abort();
  grid.asked.clear();
  grid.items.clear();
  grid.pages = new Map([[0, products]]);
  grid.total = total;
  grid.list.replaceChildren();
  measure(grid);
  draw(grid);
}

/** How many columns there are, and how tall a row is; every card has the same height. */
function measure(grid) {
  if (!grid.total) {
    grid.element.style.height = "";
    return;
  }
  const probe = ghost();
  grid.list.prepend(probe);
  const style = getComputedStyle(grid.list);
  const columns = style.gridTemplateColumns.split(" ");
  grid.columns = Math.max(1, columns.length);
  grid.width = Math.ceil(parseFloat(columns[0])) || 200;
  grid.row = parseFloat(getComputedStyle(probe).height) + parseFloat(style.rowGap); // exact also far down, unlike a rectangle
  probe.remove();
  const rows = Math.ceil(grid.total / grid.columns);
  grid.rows = Math.min(rows, Math.floor(TALLEST / grid.row));
  grid.element.style.height = `${grid.rows * grid.row}px`;
  grid.element.classList.toggle("cut", grid.rows < rows);
}

function draw(grid) {
  if (!grid.total || !grid.row) return;
  const top = -grid.element.getBoundingClientRect().top;
  const seen = innerHeight;
  const first = Math.max(0, Math.floor((top - AHEAD * seen) / grid.row));
  const last = Math.min(grid.rows, Math.ceil((top + (1 + AHEAD) * seen) / grid.row));
  const [from, to] = [first * grid.columns, Math.min(grid.total, Math.max(last, first + 1) * grid.columns)];
  grid.list.style.paddingTop = `${first * grid.row}px`; // room for the rows above; whatever moves the list would be a layout shift
  drop(grid, from, to);
  let before = null;
  for (let position = from; position < to; position += 1) before = put(grid, position, before);
  ask(grid, from, to);
}

function drop(grid, from, to) {
  for (const [position, item] of grid.items) {
    if (position >= from && position < to) continue;
    if (item.contains(document.activeElement)) grid.element.closest("main")?.focus({ preventScroll: true });
    item.remove();
    grid.items.delete(position);
  }
}

/** Have the card of a position right after another one. */
function put(grid, position, before) {
  const product = grid.pages.get(Math.floor(position / PAGE))?.[position % PAGE];
  let item = grid.items.get(position);
  if (!item || (product && item.classList.contains("ghost"))) {
    const made = product ? make(grid, product, position) : ghost();
    if (item) item.replaceWith(made);
    item = made;
    grid.items.set(position, item);
  }
  const next = before ? before.nextSibling : grid.list.firstChild;
  if (item !== next) grid.list.insertBefore(item, next);
  return item;
}

function make(grid, product, position) {
  const item = card(product, { sizes: `${grid.width}px`, eager: position < 2 * grid.columns });
  item.setAttribute("aria-setsize", String(grid.total));
  item.setAttribute("aria-posinset", String(position + 1));
  return item;
}

function ask(grid, from, to) {
  const wanted = new Set();
  for (let page = Math.floor(from / PAGE); page * PAGE < to; page += 1) wanted.add(page);
  for (const [page, asking] of grid.asked) {
    if (wanted.has(page)) continue;
    asking.abort();
    grid.asked.delete(page);
  }
  for (const page of wanted) {
    if (!grid.pages.has(page) && !grid.asked.has(page)) void fetchPage(grid, page);
  }
}

async function fetchPage(grid, page) {
  const asking = new AbortController();
  grid.asked.set(page, asking);
  try {
    await new Promise((resolve) => setTimeout(resolve, REST));
    if (asking.signal.aborted) return;
    const answer = await grid.load(page * PAGE, AbortSignal.any([grid.signal, asking.signal]));
    if (asking.signal.aborted) return;
    remember(grid, page, answer.products);
    if (grid.asked.get(page) === asking) grid.asked.delete(page);
    if (answer.total !== grid.total) {
      grid.total = answer.total;
      measure(grid);
    }
    draw(grid);
  } catch (error) {
    if (error.name !== "AbortError") grid.failed(error);
  }
}

/** Keep a page, and forget the one farthest from it when there are too many. */
function remember(grid, page, products) {
  grid.pages.set(page, products);
  if (grid.pages.size <= PAGES) return;
  const far = [...grid.pages.keys()].reduce((one, other) =>
    Math.abs(other - page) > Math.abs(one - page) ? other : one,
  );
  grid.pages.delete(far);
}
