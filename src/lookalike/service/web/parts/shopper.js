/**
 * Who is shopping in this browser, as far as the page knows.
 *
 * A shopper's id is made at the first like, of chance alone, and kept in localStorage until it is erased. Before that
 * there is only a visit: a number of chance and the products looked at, in sessionStorage, gone with the tab.
 */

const SHOPPER = "lookalike shopper";
const VISIT = "lookalike visit";
const LOOKED = 20; // products of this visit that are remembered

/** Says "change" when the shopper or what they like has changed. */
export const shoppers = new EventTarget();

/** @type {{id: string, liked: string[]} | null} */
let own = read(localStorageOf, SHOPPER);
/** @type {{id: string, liked: string[]} | null} a shopper of the shop's whom the page speaks for instead */
let other = null;

/** The shopper whom the page speaks for; null while there is none. */
export const shopperId = () => (other ?? own)?.id ?? null;

/** Speak for a shopper of the shop's, of whom these products are liked; null for this browser's own again. */
export function actFor(id, liked = []) {
  other = id ? { id, liked } : null;
  changed();
}

/** The shopper, made now where there is none. */
export function madeShopper() {
  if (!other && !own) {
    own = { id: `browser-${chance()}`, liked: [] };
    write(localStorageOf, SHOPPER, own);
  }
  return shopperId();
}

/** Whether a product is liked. */
export const isLiked = (id) => (other ?? own)?.liked.includes(id) ?? false;

/** The products that are liked, the last one last. */
export const likedOnes = () => (other ?? own)?.liked ?? [];

/** Note that a product is liked, or no longer. */
export function noteLiked(id, liked) {
  const mine = other ?? own;
  if (!mine) return;
  mine.liked = [...mine.liked.filter((one) => one !== id), ...(liked ? [id] : [])];
  if (!other) write(localStorageOf, SHOPPER, own);
  changed();
}

/** Forget this browser's shopper, and the visit with them. */
export function forgetShopper() {
  own = null;
  for (const [storage, key] of [[localStorageOf, SHOPPER], [sessionStorageOf, VISIT]]) {
    try {
      storage().removeItem(key);
    } catch {
      // a browser that stores nothing has nothing to forget
    }
  }
  visit = null;
  changed();
}

/** @type {{id: string, looked: string[]} | null} */
let visit = read(sessionStorageOf, VISIT);

/** The number of this visit. */
export const visitId = () => theVisit().id;

/** The products whose pages were opened on this visit, the last one last. */
export const lookedAt = () => visit?.looked ?? [];

/** Note that a product's page was opened. */
export function noteLooked(id) {
  const mine = theVisit();
  mine.looked = [...mine.looked.filter((one) => one !== id), id].slice(-LOOKED);
  write(sessionStorageOf, VISIT, mine);
}

/** Forget that a product's page was opened. */
export function forgetLooked(id) {
  const mine = theVisit();
  mine.looked = mine.looked.filter((one) => one !== id);
  write(sessionStorageOf, VISIT, mine);
}

function theVisit() {
  if (!visit) {
    visit = { id: `visit-${chance()}`, looked: [] };
    write(sessionStorageOf, VISIT, visit);
  }
  return visit;
}

/** A text of chance; also where a page without TLS has no randomUUID. */
export const chance = () => [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

const changed = () => shoppers.dispatchEvent(new Event("change"));

function localStorageOf() {
  return localStorage;
}

function sessionStorageOf() {
  return sessionStorage;
}

/** What is kept under a name, as far as it is what this page keeps there. */
function read(storage, key) {
  try {
    const kept = JSON.parse(storage().getItem(key) ?? "null");
    const list = kept?.liked ?? kept?.looked;
    return typeof kept?.id === "string" && Array.isArray(list) ? kept : null;
  } catch {
    return null;
  }
}

function write(storage, key, value) {
  try {
    storage().setItem(key, JSON.stringify(value));
  } catch {
    // a browser that stores nothing: it lasts until the page is left
  }
}

// Another tab of this browser liked something, or erased everything.
addEventListener("storage", ({ key }) => {
  if (key !== SHOPPER && key !== null) return;
  own = read(localStorageOf, SHOPPER);
  changed();
});
