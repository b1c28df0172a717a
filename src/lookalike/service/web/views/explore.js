/** The catalogue to look at: a map of what looks alike, how alike a selection is, and what there is, counted. */

import { address, get, productPath } from "../api.js";
import { el } from "../parts/el.js";
import { showExplore } from "../parts/explore.js";
import { jobLine } from "../parts/job-line.js";
import { paramsOf, stateOf } from "../parts/map-state.js";
import { number } from "../parts/named.js";
import { problemNotice } from "../parts/notice.js";
import { at } from "../parts/picture.js";
import { rightsLine } from "../parts/rights.js";
import { styles } from "../parts/styles.js";
import { cleared, filteredBy, shopAddress, wishesOf } from "../parts/wishes.js";
import { announce } from "../router.js";

const FOUND = 60; // products that words may look like

const WORDS = {
  title: "Laying out a map needs a key",
  need: "To lay out a map, you need a write key. ",
  closed: "No map is laid out, and from here none can be: whoever runs this shop can, on its own machine, or by a write key.",
};

let shown = null;

/** @param {HTMLElement} root @param {import("../router.js").Place} place */
export async function render(root, place) {
  place.title("Explore");
  await Promise.all(["duplicates", "explore", "explore-map", "explore-side", "explore-plots"].map(styles));
  const mine = (shown = { root, place, stopped: new AbortController() });
  mine.line = jobLine({ signal: place.signal, kind: "map", path: "/v1/explore/map", said: "Laying out the map", words: farOf, onend: (job) => void ended(mine, job) });
  mine.rights = rightsLine(() => void show(mine), WORDS);
  await show(mine);
}

/** Another address, as by a link; what is set on the map changes the address quietly. @param {import("../router.js").Place} place */
export async function update(place) {
  shown.place = place;
  await show(shown);
}

async function show(mine) {
  const { place, root } = mine;
  mine.stopped.abort(); // what an earlier map listens to
  mine.stopped = new AbortController();
  place.signal.addEventListener("abort", () => mine.stopped.abort());
  const { signal } = mine.stopped;
  const [counts, session] = await Promise.all([get("/v1/explore", { signal }), get("/v1/session", { signal })]);
  const ask = (path) => get(path, { signal, kept: true });
  const map = counts.map && ask("/v1/explore/map");
  const thumbnails = counts.map && ask("/v1/explore/thumbnails").catch(() => null); // the map is there without them
  mine.rights.show(session, session.write || Boolean(counts.map) || !counts.products);
  const shown = showExplore(root, { counts, map, thumbnails }, doorsOf(mine, session, signal));
  shown.catch((problem) => problem.name !== "AbortError" && root.prepend(problemNotice(problem, { again: () => void show(mine), level: 2 })));
  if (session.write && counts.products) void mine.line.show("", "Lay out");
}

function doorsOf(mine, session, signal) {
  const { place } = mine;
  const params = new URLSearchParams(location.search);
  return {
    picture: (id, wide) => at(`/v1/pictures/${encodeURIComponent(id)}/0`, wide),
    product: productPath,
    go: (id, event) => (event.ctrlKey || event.metaKey ? void open(productPath(id), "_blank", "noopener") : void place.go(productPath(id))),
    shop: (where) => shopAddress(filteredBy(cleared(wishesOf(new URLSearchParams())), where)),
    search: async (text) => (await get("/v1/search", { params: { text, k: FOUND }, signal })).results.map(({ id }) => id),
    matrix: (ids) => get("/v1/explore/matrix", { params: { id: ids }, signal }),
    layOut: session.write ? () => void mine.line.start() : undefined,
    job: el("div", null, mine.line.element, mine.rights.element),
    state: stateOf(params),
    onstate: (state) => void place.go(address("/explore", { ...paramsOf(state), frames: params.has("frames") ? "1" : null }), { replace: true, quiet: true }),
    announce,
    problem: (problem) => problemNotice(problem, { again: () => void show(mine), level: 2 }),
    frames: params.has("frames"),
    signal,
  };
}

async function ended(mine, job) {
  await show(mine).catch((problem) => problem.name !== "AbortError" && Promise.reject(problem));
  announce(job.state === "stopped" ? "Laying out was stopped" : "The map is laid out");
}

function farOf({ doing, done, total }) {
  const words = doing || "Laying out";
  return total ? `${words}: ${number(done)} of ${number(total)}` : `${words} …`;
}
