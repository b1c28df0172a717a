/** What a group of equal pictures is called, how a picture in it differs from the first, and which one to keep. */

import { money } from "./money.js";

/** The kinds from the surest: what a group is, and what its filter is called. */
export const KINDS = new Map([
  ["same-bytes", ["The same file", "Same file"]],
  ["same-pixels", ["The same pixels in another file", "Same pixels"]],
  ["same-photograph", ["The same photograph, edited", "Edited"]],
  ["variant", ["Recoloured: no copy, perhaps a variant", "Recoloured"]],
]);

const WORSE = /^(in a frame|no colours|something is written|stretched|cropped)/;
const BETTER = /^(without its frame|in colour|more around it)/;
const ENOUGH = 1.05; // times as many pixels as another before a picture counts as larger
const SAID = 3; // attributes told apart before they are counted

/** The product of a member, also of one that left the catalogue meanwhile. */
export function productOf(member) {
  if (member.product) return member.product;
  const pictures = [{ position: member.picture, url: `/v1/pictures/${encodeURIComponent(member.id)}/${member.picture}` }];
  return { id: member.id, title: "", brand: "", category: "", price: null, availability: "", attributes: {}, pictures };
}

/** The picture of a member as a product's document lists it. */
export const pictureOf = (member) => productOf(member).pictures.find(({ position }) => position === member.picture);

/** Whether the pictures of a group are told apart as a rule, so that nobody merges them by a habit. */
export const areVariants = ({ kind }) => kind === "variant";

/** A similarity to the nearest percent; only what is equal is 100%. */
export const percent = (share) => `${share < 1 ? Math.min(99, Math.round(100 * share)) : 100}%`;

/** "225 × 300", or "" where the size is not known. */
export const sizeOf = ({ width, height }) => (width && height ? `${width}\u00a0×\u00a0${height}` : "");

export const isAway = (member) => /out of|sold|discontinued/i.test(productOf(member).availability ?? "");

/**
 * What differs from the first picture of the group, in plain words.
 * @returns {{picture: string[], product: string[]}} what was done to the picture; what the products say otherwise
 */
export function differences(head, member) {
  const picture = member.changes.map((words) => words.replace(/(\d)x(\d)/g, "$1\u00a0×\u00a0$2").replace(" for ", " instead of "));
  const sizes = [sizeOf(member), sizeOf(head)];
  if (sizes[0] && sizes[1] && sizes[0] !== sizes[1] && !picture.some((words) => words.includes("×"))) {
    picture.push(`${sizes[0]} instead of ${sizes[1]}`);
  }
  return { picture, product: productWords(productOf(head), productOf(member)) };
}

function productWords(one, other) {
  if (one.id === other.id) return ["the same product"];
  const words = [];
  if (one.title !== other.title) words.push("other title");
  if (one.brand !== other.brand) words.push(instead(other.brand, one.brand, "brand"));
  if (one.category !== other.category) words.push(instead(leaf(other.category), leaf(one.category), "category"));
  if (money(one.price) !== money(other.price)) words.push(instead(money(other.price), money(one.price), "price"));
  if ((one.availability ?? "") !== (other.availability ?? "")) words.push(other.availability?.replaceAll("_", " ") || "no word of its stock");
  const names = [...new Set([...Object.keys(one.attributes ?? {}), ...Object.keys(other.attributes ?? {})])];
  const unlike = names.filter((name) => (one.attributes?.[name] ?? "") !== (other.attributes?.[name] ?? ""));
  for (const name of unlike.slice(0, SAID)) words.push(instead(other.attributes?.[name], one.attributes?.[name], name));
  if (unlike.length > SAID) words.push(`${unlike.length - SAID} more details`);
  return words;
}

function instead(now, before, what) {
  if (!now) return `no ${what}`;
  if (!before) return `${what} ${now}`;
  return now === before ? `other ${what}` : `${now} instead of ${before}`;
}

const leaf = (category) => (category ?? "").split(">").at(-1).trim();

/**
 * Which picture to keep where nobody has said so: the one that lost least, then the largest, one in stock, a
 * product's main picture, the first id.
 * @returns {{at: number, why: string}}
 */
export function suggested({ kind, members }) {
  if (areVariants({ kind })) return { at: 0, why: "" }; // of which every one stays
  let left = members.map((member, at) => ({ member, at, lost: lost(member) }));
  const rules = [
    [whole, (one, all) => one.lost === Math.min(...all.map(({ lost }) => lost))],
    [() => "the largest picture", ({ member }, all) => ENOUGH * area(member) >= Math.max(...all.map((one) => area(one.member)))],
    [() => "in stock", ({ member }) => !isAway(member)],
    [() => "the main picture", ({ member }) => member.picture === 0],
  ];
  for (const [why, holds] of rules) {
    const some = left.filter((one) => holds(one, left));
    if (some.length === 1 && left.length > 1) return { at: some[0].at, why: why(some[0].member) };
    if (some.length) left = some;
  }
  const first = left.toSorted((one, other) => one.member.id.localeCompare(other.member.id, "en", { numeric: true }))[0];
  return { at: first.at, why: "the first id" };
}

/** What a picture has lost against the first one; below 0 where the first one has lost more. */
function lost({ changes }) {
  const framed = changes.includes("in a frame"); // which is around it, then
  const worse = changes.filter((words) => WORSE.test(words)).length;
  return worse - changes.filter((words) => BETTER.test(words) && !(framed && words === "more around it")).length;
}

const whole = ({ changes }) => changes.find((words) => BETTER.test(words)) ?? "not edited";

const area = ({ width, height }) => (width ?? 0) * (height ?? 0);
