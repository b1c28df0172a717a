/** Imagine: pictures that a generator makes of words, marked as what they are, and what the shop has that is like them. */

import { address, get } from "../api.js";
import { chipButtons } from "../parts/chips.js";
import { el, fill, icon } from "../parts/el.js";
import { ALWAYS } from "../parts/examples.js";
import { notice, problemNotice } from "../parts/notice.js";
import { showRead } from "../parts/read.js";
import { countFrom, countMore, resultList } from "../parts/results.js";
import { styles } from "../parts/styles.js";
import { filteredBy, shopAddress, toggled, whereOf, wishesOf } from "../parts/wishes.js";
import { announce } from "../router.js";

const STEP = 24;
const COUNT = 4;
const NEAREST = "The likest to any of the pictures first.";
const SEEDS = 2 ** 32;

let shown = null;

/** @param {HTMLElement} root @param {import("../router.js").Place} place */
export async function render(root, place) {
  place.title("Imagine");
  await styles("imagine");
  if (place.signal.aborted) return;
  const mine = (shown = build(place));
  root.append(mine.head, mine.body);
  await update(place);
}

/** Other words, another seed, or more of the same. @param {import("../router.js").Place} place */
export async function update(place) {
  const mine = shown;
  const wishes = wishesOf(place.params);
  const seed = Number(place.params.get("seed") ?? 0);
  Object.assign(mine, { place, wishes, seed: seed >= 0 && seed < SEEDS ? Math.floor(seed) : 0 });
  mine.k = countFrom(place.params.get("k"), STEP);
  mine.duplicates = place.params.get("duplicates") === "true";
  place.title(wishes.text ? `“${wishes.text}” imagined` : "Imagine");
  if (mine.field !== document.activeElement || place.back) mine.field.value = wishes.text;
  mine.body.hidden = !wishes.text;
  if (!wishes.text) {
    mine.asking?.abort(); // nobody waits for it any more
    return mine.field.focus({ preventScroll: true });
  }
  await follow(mine);
}

function build(place) {
  const mine = { place, words: "" };
  mine.field = el("input", { id: "imagine-text", name: "text", type: "search", maxlength: "500", autocomplete: "off", placeholder: "red floral dress", enterkeyhint: "go" });
  const asked = (event) => {
    event.preventDefault();
    const text = mine.field.value.trim();
    if (text) void mine.place.go(addressOf(mine, { wishes: { ...mine.wishes, text }, seed: 0, k: STEP }));
    else mine.field.focus();
  };
  mine.head = el(
    "header",
    { class: "imagine-head" },
    el("h1", null, "Imagine"),
    el("p", { class: "imagine-how" }, "Say what it should look like. Pictures of that are generated, and the shop's own products that look most like them are found."),
    el(
      "form",
      { class: "imagine-form", on: { submit: asked } },
      el("label", { class: "unseen", for: "imagine-text" }, "What it should look like"),
      mine.field,
      el("button", { class: "button" }, icon("spark"), "Imagine"),
    ),
  );
  mine.pictures = el("ul", { class: "imagine-pictures" }, Array.from({ length: COUNT }, () => el("li", null, el("span", { class: "imagine-empty" }), el("span", { class: "imagine-tag" }, "Generated"))));
  const others = () => void mine.place.go(addressOf(mine, { seed: (mine.seed + 1) % SEEDS }));
  mine.others = el("button", { type: "button", class: "button quiet", on: { click: others } }, icon("again"), "Others");
  mine.about = el("p", null, " ");
  mine.strip = el(
    "section",
    { class: "imagine-strip", "aria-labelledby": "imagine-title" },
    el("div", { class: "imagine-said" }, el("h2", { id: "imagine-title" }, "Generated, not a product"), mine.about, mine.others),
    mine.pictures,
  );
  mine.chips = el("ul", { class: "chips", "aria-label": "Filters that hold", hidden: true });
  mine.read = el("p", { class: "read" });
  mine.results = resultList({
    label: "Products that look most like it",
    name: "imagine-grid",
    sizes: "(max-width: 720px) 45vw, 240px",
    waiting: 12,
    more: () => void turn(mine, { k: countMore(mine.k, STEP) }),
    fold: () => void turn(mine, { duplicates: !mine.duplicates }),
    take: (instead) => void turn(mine, { wishes: filteredBy(mine.wishes, instead.where) }),
    nothing: () => notice({ title: "There is nothing in this shop yet", text: "As soon as products are added, they are found.", mark: "search" }),
    examples: "heart",
  });
  mine.found = el("h2", { class: "imagine-found" }, "What the shop has that is like it");
  mine.body = el("div", { class: "imagine", hidden: true }, mine.strip, mine.found, mine.chips, mine.read, mine.results.element);
  mine.results.wait();
  return mine;
}

/** The same question otherwise, in the same entry of the history. */
function turn(mine, change) {
  Object.assign(mine, change);
  void mine.place.go(addressOf(mine, {}), { replace: true, quiet: true });
  return follow(mine);
}

/** Have pictures imagined, and show them and what is nearest. */
async function follow(mine) {
  mine.asking?.abort();
  const asking = (mine.asking = new AbortController());
  const { wishes, seed, k, duplicates, place } = mine;
  mine.body.setAttribute("aria-busy", "true");
  chipButtons(mine.chips, wishes, (without) => {
    void turn(mine, { wishes: without });
    mine.results.focus();
  });
  if (mine.words !== wishes.text) mine.about.textContent = `Imagining “${wishes.text}” …`;
  try {
    const answer = await get("/v1/imagine", {
      params: { text: wishes.text, count: COUNT, seed, k, where: whereOf(wishes), duplicates: duplicates || null, ...ALWAYS },
      signal: AbortSignal.any([place.signal, asking.signal]),
      kept: place.back,
    });
    if (asking.signal.aborted || place.signal.aborted) return;
    showPictures(mine, answer.imagined);
    showRead(mine.read, answer.explain.words, wishes, (colour) => void turn(mine, { wishes: toggled(wishes, "colour", colour) }), NEAREST);
    mine.results.show(answer, { k, duplicates, still: place.back });
    announce(`${answer.imagined.pictures.length} pictures generated, ${answer.results.length} products found`);
  } catch (error) {
    if (asking.signal.aborted || place.signal.aborted) return;
    mine.strip.hidden = mine.found.hidden = true;
    showRead(mine.read, null);
    mine.results.say(refusal(mine, error));
  }
  mine.body.removeAttribute("aria-busy");
}

function showPictures(mine, { pictures, text, side }) {
  mine.words = text;
  mine.strip.hidden = mine.found.hidden = false;
  mine.about.textContent = `“${text}”, as this shop's generator imagines it. It learnt from the shop's pictures, and may come close to one.`;
  const one = (picture, at) => {
    const image = el("img", { alt: `Generated picture ${at + 1} of ${pictures.length} of “${text}”, not a product`, width: side, height: side });
    image.src = picture;
    return el("li", null, image, el("span", { class: "imagine-tag", "aria-hidden": "true" }, "Generated"));
  };
  fill(mine.pictures, pictures.map(one));
}

/** Why nothing is imagined, and what can be done instead. */
function refusal(mine, error) {
  if (error.code !== "bad-argument" && error.code !== "no-generator") return problemNotice(error, { again: () => void follow(mine), level: 2 });
  return notice({
    title: error.code === "no-generator" ? "Nothing can be imagined here yet" : error.message,
    text: error.code === "no-generator" ? `${error.message} ${error.nextStep}` : error.nextStep,
    mark: "spark",
    code: error.code,
    actions: [el("a", { class: "button", href: shopAddress(mine.wishes) }, icon("search"), "Search for the words"), el("a", { class: "button quiet", href: "/photo" }, "Search by photo")],
  });
}

function addressOf(mine, change) {
  const { wishes, seed, k, duplicates } = { ...mine, ...change };
  const own = address("/imagine", { seed: seed || null, k: k === STEP ? null : k, duplicates: duplicates || null });
  const wished = shopAddress(wishes).split("?")[1];
  return wished ? `${own}${own.includes("?") ? "&" : "?"}${wished}` : own;
}
