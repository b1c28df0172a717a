/** One finding: the picture it is about, what is wrong in a sentence, what speaks for it, and what one click does. */

import { productPath } from "../api.js";
import { actsOf } from "./doctor-acts.js";
import { brief, column, sureness, whole } from "./doctor-words.js";
import { closely } from "./duplicates-closely.js";
import { el, icon } from "./el.js";
import { money } from "./money.js";
import { number } from "./named.js";
import { picture } from "./picture.js";

const LARGE = { sizes: "(max-width: 720px) 40vw, 260px", widths: [256, 512, 1024], width: 512 };
const SMALL = { sizes: "110px", widths: [128, 256], width: 128 };
const LARGER = 3; // pictures beside it up to which they are shown larger
const BESIDE = 5; // pictures shown as evidence, and other products of the finding
const SCENES = new Set(["same-product", "id-clash", "variants-split", "variants-joined", "placeholder"]); // whose pictures are laid over one another

/** @typedef {{finding: any, shown: Record<string, any>}} Told a finding, and the products it names by id */

/**
 * A card: {element, finding, look(), acts, show(state)}; a state is {decision, value, said}.
 * @param {Told} told
 * @param {{may: boolean, signal: AbortSignal, ondecide: (decision: string, value?: string) => void, level: number}} own
 */
export function findingCard({ finding, shown }, own) {
  const id = finding.products[0] ?? "";
  const product = shown[id];
  const name = product?.title || id || "A row without an id";
  const acts = own.may ? actsOf(finding, own.ondecide) : null;
  const beside = besideOf(finding);
  const scene = SCENES.has(finding.kind);
  const look = () => closely({ members: [memberOf(id, finding.picture ?? 0, product), ...beside.filter((one) => shown[one.id]).map((one) => memberOf(one.id, one.picture, shown[one.id]))] }, own.signal, { unlike: scene }).open(scene && shown[beside[0]?.id] ? 1 : 0);
  const element = el(
    "li",
    { class: product?.pictures.length ? "finding" : "finding bare", tabindex: "-1", "aria-labelledby": `finding-${finding.id}`, dataset: { finding: finding.id, kind: finding.kind } },
    lookOf(finding, product, name, product?.pictures.length ? look : null),
    el(
      "div",
      { class: "finding-words" },
      el(`h${own.level}`, { class: "finding-title", id: `finding-${finding.id}` },
        product ? el("a", { href: productPath(id), dir: "auto", dataset: { key: `finding ${finding.id}` } }, name) : el("span", { dir: "auto" }, name)),
      el("p", { class: "finding-facts" }, id && name !== id && el("span", { class: "finding-id" }, id), money(product?.price) && el("span", null, money(product.price))),
      el("p", { class: "finding-says" }, finding.evidence.says),
      sure(finding),
    ),
    change(finding),
    (beside.length > 0 || finding.evidence.clockwise) && evidence(beside, finding, shown),
    acts?.element,
  );
  return { element, finding, look: product?.pictures.length ? look : () => {}, acts, show: (state) => (element.dataset.state = state.decision ?? "", acts?.show(state)) };
}

const memberOf = (id, at, product) => ({ id, picture: at, product: product ?? null });

function lookOf(finding, product, name, look) {
  const shown = product?.pictures.find(({ position }) => position === (finding.picture ?? 0)) ?? product?.pictures[0];
  const tile = picture(shown, "", LARGE);
  return el(
    "div",
    { class: "finding-look" },
    look ? el("button", { type: "button", class: "finding-picture", "aria-label": `Look closely: ${name}`, on: { click: look } }, tile) : tile,
    finding.new && el("span", { class: "finding-new" }, "New"),
    product?.pictures.length > 1 && finding.picture !== null && el("span", { class: "finding-which" }, `picture ${finding.picture + 1} of ${product.pictures.length}`),
  );
}

function sure({ confidence }) {
  const { word, share } = sureness(confidence);
  return el("p", { class: "finding-sure", dataset: { sure: word.toLowerCase() } },
    el("span", { class: "sure-bar", "aria-hidden": "true" }, el("i", { style: { width: `${100 * confidence}%` } })),
    el("span", null, word, share && el("span", { class: "soft" }, ` · ${share}`)));
}

/** What the table says now, and what it should say. */
function change(finding) {
  const { value, suggestion, kind } = finding;
  if (!finding.field || (!value && !suggestion && kind !== "missing-tag")) return null;
  if (kind === "same-product") return el("p", { class: "finding-change" }, el("span", { class: "change-column" }, "Keep"), el("ins", { dir: "auto" }, suggestion || value));
  const now = value ? el("del", { dir: "auto" }, whole(value, finding)) : el("span", { class: "soft" }, "nothing");
  const then = suggestion ? el("ins", { dir: "auto" }, whole(suggestion, finding)) : el("span", { class: "soft" }, "none");
  const both = suggestion || finding.can_apply;
  return el("p", { class: "finding-change" }, el("span", { class: "change-column" }, column(finding)), both ? [now, icon("next"), then] : el("span", { dir: "auto" }, whole(value, finding)));
}

/** Those a finding is compared with, and its other products, without the one it is about. */
function besideOf({ products, evidence: { products: compared = [] } }) {
  const own = products[0];
  const others = products.slice(1).filter((id) => !compared.some((one) => one.id === id)).map((id) => ({ id, picture: 0, value: "" }));
  return [...compared.filter(({ id }) => id !== own), ...others];
}

function evidence(beside, finding, shown) {
  const one = ({ id, picture: at, value }) => {
    const product = shown[id];
    const said = finding.field === "id" ? id : brief(value ?? "", finding) || product?.title || id;
    const seen = picture(product?.pictures.find(({ position }) => position === at) ?? product?.pictures[0], "", SMALL);
    const words = el("span", { class: "beside-value", dir: "auto" }, said);
    return el("li", null, product ? el("a", { href: productPath(id), title: product.title || id }, seen, words) : [seen, words]);
  };
  const { clockwise } = finding.evidence;
  const few = beside.slice(0, clockwise ? BESIDE - 1 : BESIDE);
  const title = finding.evidence.products?.length ? "To compare" : beside.length > 1 ? "The others" : "The other";
  const more = beside.length - few.length;
  return el("div", { class: "finding-beside" }, el("p", { class: "beside-title" }, title), el("ul", { class: few.length <= LARGER ? "beside-few" : null, "aria-label": title }, clockwise && turned(finding, shown[finding.products[0]]), few.map(one)), more > 0 && el("p", { class: "soft" }, `and ${number(more)} more`));
}

/** The picture as it would be, turned by so many degrees. */
function turned({ picture: at, evidence: { clockwise } }, product) {
  const tile = picture(product?.pictures.find(({ position }) => position === at) ?? product?.pictures[0], "", SMALL);
  return el("li", { class: "beside-turned", style: { "--turn": `${clockwise}deg` } }, tile, el("span", { class: "beside-value" }, "Turned"));
}
