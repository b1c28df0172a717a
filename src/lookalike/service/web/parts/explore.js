/** The catalogue to look at: its map, how alike a selection is, and what there is in it, counted. */

import { charts } from "./charts.js";
import { el, fill, icon } from "./el.js";
import { catalogMap } from "./map.js";
import { tilePictures } from "./map-tiles.js";
import { matrixPlot } from "./matrix.js";
import { counted, number } from "./named.js";
import { notice } from "./notice.js";

const MOST = 60; // products of a matrix

/**
 * @typedef {object} Doors What leads out of the page; all of it is missing where the page stands alone in a file.
 * @property {(id: string, wide: number) => string} [picture] the address of a product's picture
 * @property {(id: string, wide: number) => string | null} [small] of a small one; null where it has none
 * @property {(id: string) => string} [product] the address of a product and its look-alikes
 * @property {(id: string, event: PointerEvent) => void} [go] goes there
 * @property {(where: string) => string} [shop] the address of the shop under a filter
 * @property {(text: string) => Promise<string[]>} [search] the ids of what looks like words
 * @property {(ids: string[]) => Promise<any>} [matrix] how alike products are
 * @property {() => void} [layOut] begins to lay out a map, where one may
 * @property {HTMLElement} [job] says how far that is
 * @property {import("./map-state.js").MapState} [state] what an address said
 * @property {(state: import("./map-state.js").MapState) => void} [onstate] hears what is set on the map
 * @property {(text: string) => void} [announce] says something to screen readers
 * @property {(problem: Error) => Node} [problem] how a problem is told
 * @property {boolean} [frames] whether frames are counted
 * @property {AbortSignal} [signal]
 */

const NOTHING = { paint: null, values: [], text: "", ids: [], at: null };

/**
 * Fill `root` with what there is. `map` and `thumbnails` may be promises: the charts do not wait for them.
 * @param {HTMLElement} root
 * @param {{counts: any, map: any, matrix?: any, thumbnails?: any}} data
 * @param {Doors} [doors]
 */
export async function showExplore(root, { counts, map, matrix = null, thumbnails = null }, doors = {}) {
  const small = doors.picture ?? (map && thumbnails && (await tilePictures(map, thumbnails)));
  const mine = { counts, doors: { ...doors, small }, shown: null, asked: 0 };
  if (!counts.products) return void fill(root, heading(counts), empty());
  mine.place = el("div", { class: "map-place", "aria-busy": "true" }, el("div", { class: "map-stage waiting" }));
  mine.selection = el("div", { class: "selection", hidden: true });
  mine.matrix = el("section", { class: "explore-part matrix-part", id: "matrix", hidden: true });
  mine.charts = el("div", null, charts(counts, mine.doors));
  const laid = Boolean(map);
  fill(
    root,
    heading(counts),
    el("section", { class: "explore-part" }, mapHead(mine), doors.job, laid ? [mine.place, mine.selection] : noMap(counts, doors)),
    mine.matrix,
    el("section", { class: "explore-part" }, el("h2", null, "Counted"), mine.charts),
  );
  if (matrix) showMatrix(mine, matrix);
  if (laid) await showMap(mine, map, thumbnails);
}

const heading = (counts) => el("header", { class: "explore-head" }, el("h1", null, "What is in the catalogue"), el("p", { class: "soft" }, `${counted(counts.products, "product")}, ${counted(counts.pictures, "picture")}`));

function mapHead({ counts, doors }) {
  const { map } = counts;
  const again = map?.stale && doors.layOut && el("button", { type: "button", class: "link", on: { click: doors.layOut } }, "Lay it out again");
  return el("div", { class: "map-head" }, el("h2", { class: "unseen" }, "Map"), map && el("p", { class: "soft" },
    "What looks alike lies close together. ", doors.product && "Come closer with the wheel or two fingers, and press a product to see its look-alikes. ",
    map.placed > 0 && `${counted(map.placed, "product")} came later and ${map.placed === 1 ? "lies" : "lie"} beside what ${map.placed === 1 ? "it looks" : "they look"} like. `,
    map.stale && "The catalogue has changed much since it was laid out. ", again));
}

async function showMap(mine, map, thumbnails) {
  const { doors, place } = mine;
  try {
    const [laid, tiles] = await Promise.all([map, thumbnails]);
    if (doors.signal?.aborted) return;
    mine.shown = catalogMap(laid, tiles, doors, { state: doors.state ?? NOTHING, onselect: (ids) => selected(mine, ids) });
    tinted(mine, laid);
    fill(place, mine.shown.element);
    globalThis.lookalikeMap = mine.shown;
    const ids = mine.shown.state().ids;
    if (ids.length) selected(mine, ids);
  } catch (problem) {
    if (problem.name === "AbortError") return;
    if (!doors.problem) throw problem;
    fill(place, doors.problem(problem));
  }
  place.removeAttribute("aria-busy");
}

/** The bars of a column whose values have colours of their own are drawn in these. */
function tinted(mine, map) {
  const tints = new Map(map.paints.filter(({ tints: all }) => all?.length).map((paint) => [paint.name, new Map(paint.values.map((value, at) => [value, paint.tints[at]]))]));
  const known = mine.counts.charts.some(({ name, kind }) => kind === "values" && tints.has(name));
  if (known) fill(mine.charts, charts(mine.counts, mine.doors, (name, value) => tints.get(name)?.get(value) ?? null));
}

/** Something was selected on the map: how many, and what can be done with them. */
function selected(mine, ids) {
  const { doors, selection } = mine;
  selection.hidden = !ids.length;
  mine.asked += 1; // a matrix that is under way is of another selection
  if (!doors.matrix) return void fill(selection, el("p", null, `${counted(ids.length, "product")} selected. `, el("span", { class: "soft" }, "How alike they are is told by the served page.")));
  const few = thinned(ids);
  fill(
    selection,
    el("p", { role: "status" }, `${counted(ids.length, "product")} selected`),
    el("button", { type: "button", class: "button", disabled: ids.length < 2, on: { click: () => void askMatrix(mine, few, ids.length) } }, few.length < ids.length ? `How alike are ${number(few.length)} of them?` : "How alike are they?"),
    el("button", { type: "button", class: "link", on: { click: () => mine.shown.select([]) } }, "Clear"),
  );
}

/** As many of them as a matrix shows, from all over. */
const thinned = (ids) => (ids.length <= MOST ? ids : Array.from({ length: MOST }, (_, at) => ids[Math.floor((at * ids.length) / MOST)]));

async function askMatrix(mine, ids, all) {
  const { doors, matrix } = mine;
  const mark = (mine.asked += 1);
  matrix.hidden = false;
  matrix.setAttribute("aria-busy", "true");
  try {
    const told = await doors.matrix(ids);
    if (mark !== mine.asked) return;
    showMatrix(mine, told, all);
    matrix.querySelector("h2").focus({ preventScroll: true });
    matrix.scrollIntoView({ block: "start" });
  } catch (problem) {
    if (problem.name === "AbortError") return;
    fill(matrix, doors.problem(problem));
  } finally {
    matrix.removeAttribute("aria-busy");
  }
}

function showMatrix({ matrix, doors }, told, all = told.ids.length) {
  matrix.hidden = false;
  const few = all > told.ids.length + (told.unpictured?.length ?? 0) && `${number(told.ids.length)} of the ${number(all)} that are selected. `;
  fill(matrix, el("h2", { tabindex: "-1" }, `How alike ${counted(told.ids.length, "product")} look`), el("p", { class: "soft" }, few, "1 is the same picture; the darker, the more alike."), matrixPlot(told, doors));
}

function noMap({ products }, doors) {
  return notice({
    title: "No map is laid out yet",
    text: `It puts all ${counted(products, "product")} on one plane, what looks alike side by side. That takes a few seconds, and minutes for tens of thousands.`,
    mark: "map",
    actions: [doors.layOut && el("button", { type: "button", class: "button", on: { click: doors.layOut } }, icon("map"), "Lay out the map")],
  });
}

const empty = () => notice({ title: "There is nothing in this shop yet", text: "What is in the catalogue shows up here once products are added.", mark: "plus", actions: [el("a", { class: "button", href: "/add" }, "Add products")] });
