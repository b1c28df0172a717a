/** For you: what is right for this shopper, and what is known of them, which they may correct and erase. */

import { get } from "../api.js";
import { el, fill } from "../parts/el.js";
import { askToErase } from "../parts/erasing.js";
import { ALWAYS } from "../parts/examples.js";
import { refuse } from "../parts/heart.js";
import { notice, problemNotice } from "../parts/notice.js";
import { countFrom, countMore, resultList } from "../parts/results.js";
import { actFor, forgetLooked, forgetShopper, likedOnes, lookedAt, shopperId, shoppers } from "../parts/shopper.js";
import { styles } from "../parts/styles.js";
import { changeTaste, eraseTaste, forgetting, mayKeep, productsOf, readTaste, remembering, sourcesOf } from "../parts/taste.js";
import { tasteCard } from "../parts/taste-card.js";
import { hush } from "../parts/telling.js";
import { announce } from "../router.js";

const STEP = 24;

let shown = null;

/** @param {HTMLElement} root @param {import("../router.js").Place} place */
export async function render(root, place) {
  place.title("For you");
  await styles("for-you");
  if (place.signal.aborted) return;
  const mine = (shown = build(place));
  root.append(mine.head, el("div", { class: "for-you" }, mine.card.element, mine.results.element));
  mine.results.wait();
  shoppers.addEventListener("told", ({ detail }) => detail.liked !== undefined && void showTaste(mine), { signal: place.signal });
  place.signal.addEventListener("abort", () => actFor(null));
  await update(place);
}

/** Another shopper, or more of the same. @param {import("../router.js").Place} place */
export async function update(place) {
  const mine = shown;
  Object.assign(mine, { place, given: place.params.get("user") || null, k: countFrom(place.params.get("k"), STEP) });
  actFor(mine.given);
  mine.other.hidden = !mine.given;
  fill(mine.other, `This is the page of the shopper ${mine.given}. `, el("a", { href: "/for-you" }, "Back to yours"));
  await Promise.all([follow(mine, true), showTaste(mine)]);
}

function build(place) {
  const mine = { place };
  mine.because = el("p", { class: "for-because" }, " ");
  mine.other = el("p", { class: "for-other", hidden: true });
  mine.head = el("header", { class: "for-head" }, el("h1", null, "For you"), mine.because, mine.other);
  mine.results = resultList({
    label: "For you",
    name: "for-grid",
    sizes: "(max-width: 720px) 45vw, 240px",
    waiting: 12,
    more: () => ask(mine, { k: countMore(mine.k, STEP) }),
    fold: () => ask(mine, { duplicates: !mine.duplicates }),
    take: () => {},
    nothing: () => notice({ title: "There is nothing left to show", text: "You have seen what this shop has, or what you never want to see leaves nothing.", mark: "heart", actions: [el("a", { class: "button", href: "/" }, "To the shop")] }),
    examples: "own",
  });
  mine.results.element.addEventListener("refuse", ({ detail: { product } }) => void notForMe(mine, product));
  mine.card = tasteCard({
    forgetValue: (part, name) => void forgetValue(mine, part, name),
    forgetItems: (ids) => void forget(mine, ids, "Forgotten."),
    remember: () => void change(mine, () => ({ forgotten: [] }), "All of it counts again."),
    declare: (next) => void change(mine, ({ declared }) => ({ declared: next(declared) }), "Noted."),
    erase: () => void erase(mine),
  });
  return mine;
}

function ask(mine, wish) {
  Object.assign(mine, wish);
  void follow(mine, false);
}

/** Ask what is right, and show it. */
async function follow(mine, first) {
  mine.asking?.abort();
  const asking = (mine.asking = new AbortController());
  const user = shopperId();
  const recent = mine.given ? [] : lookedAt();
  try {
    const answer = await get("/v1/recommend", {
      params: { user, recent, k: mine.k, ...ALWAYS, duplicates: mine.duplicates || null },
      signal: AbortSignal.any([mine.place.signal, asking.signal]),
      kept: first && mine.place.back,
    });
    if (asking.signal.aborted || mine.place.signal.aborted) return;
    mine.because.textContent = becauseWords(answer.explain.shopper);
    mine.results.show(answer, { k: mine.k, duplicates: mine.duplicates, still: first });
    if (!first) announce("The shelf has changed");
  } catch (error) {
    if (error.name === "AbortError") return;
    mine.results.say(problemNotice(error, { again: () => void follow(mine, first), level: 2 }));
  }
}

/** Why these, said to the shopper. */
function becauseWords({ because }) {
  return because.replace(/this shopper/g, "you").replace("this visit looked at; nothing of it is kept", "you looked at on this visit; nothing of it is kept");
}

/** Show what is known: by the shop, by this visit, or by this browser alone. */
async function showTaste(mine) {
  const { card, place } = mine;
  const options = { signal: place.signal };
  const user = shopperId();
  const turn = (mine.turn = {});
  const isOld = () => place.signal.aborted || mine.turn !== turn;
  try {
    const may = await mayKeep();
    if (!user || !may) {
      const ids = user ? likedOnes() : lookedAt();
      const products = await productsOf(ids, options);
      if (isOld()) return;
      if (user) return card.showKept(ids, products);
      return card.showVisit(ids, products, (id) => {
        forgetLooked(id);
        void Promise.all([showTaste(mine), follow(mine, false)]);
      });
    }
    mine.facets ??= await get("/v1/products", { ...options, params: { limit: 1, facets: "true" } }).then(({ facets }) => facets);
    const taste = await readTaste(user, options);
    const products = await productsOf(taste.learned.items.map(({ id }) => id), options);
    if (isOld()) return;
    if (mine.given) actFor(user, taste.learned.items.filter(({ kind }) => kind === "liked").map(({ id }) => id));
    card.show(taste, products, mine.facets);
  } catch (error) {
    if (error.name === "AbortError" || isOld()) return;
    const again = el("button", { type: "button", class: "link", on: { click: () => void showTaste(mine) } }, "Try again");
    card.say(el("p", { class: "soft" }, `${error.message} `, again));
  }
}

/** Change what is known, say so, and show what follows from it. */
async function change(mine, next, said, undo) {
  try {
    await changeTaste(shopperId(), next);
  } catch (error) {
    return mine.card.tell(`That could not be changed. ${error.message} ${error.nextStep ?? ""}`);
  }
  mine.card.tell(said, undo);
  return Promise.all([showTaste(mine), follow(mine, false)]);
}

function forget(mine, ids, said) {
  const back = () => void change(mine, remembering(ids), "It counts again.");
  return change(mine, forgetting(ids), said, back);
}

/** A learned value goes with the products that it is from. */
async function forgetValue(mine, part, name) {
  try {
    const ids = await sourcesOf(await readTaste(shopperId()), part, name);
    await forget(mine, ids, `${name} is forgotten, with the ${ids.length === 1 ? "product" : `${ids.length} products`} that it was learned from.`);
  } catch (error) {
    mine.card.tell(`That could not be changed. ${error.message}`);
  }
}

async function notForMe(mine, product) {
  await refuse(product.id);
  announce(`${product.title || product.id} will not be shown again`);
  await Promise.all([showTaste(mine), follow(mine, false)]);
  mine.results.focus();
}

const ERASE = {
  title: "Erase everything?",
  text: "All that this shop knows of you goes: what you looked at, liked and bought as far as it was told, what you said of yourself, and your name in this browser. It cannot be taken back.",
  yes: "Erase everything",
};

const LEAVE = {
  title: "Forget me in this browser?",
  text: "Your name in this browser goes, and with it what you like here. What the shop wrote down stays there under a name of chance that nobody has any more.",
  yes: "Forget me",
};

async function erase(mine) {
  const may = await mayKeep();
  const words = may ? ERASE : LEAVE;
  if (!(await askToErase(mine.given ? { ...words, title: `Erase everything of ${mine.given}?` } : words))) return;
  const user = shopperId();
  await hush();
  try {
    if (may && user) await eraseTaste(user);
  } catch (error) {
    return mine.card.tell(`Nothing was erased. ${error.message} ${error.nextStep ?? ""}`);
  }
  if (!mine.given) forgetShopper();
  await hush(); // what was seen since is of nobody any more
  mine.card.tell(may ? "Everything is erased." : "This browser has forgotten you.");
  await Promise.all([showTaste(mine), follow(mine, false)]);
}
