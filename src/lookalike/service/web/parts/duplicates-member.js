/** One picture of a group: what it is, how it differs from the first, whether it stays, whether it is the same. */

import { productPath } from "../api.js";
import { el, fill, icon } from "./el.js";
import { money } from "./money.js";
import { picture } from "./picture.js";
import { KINDS, differences, isAway, pictureOf, productOf, sizeOf } from "./duplicates-words.js";

const SHOWN = { sizes: "(max-width: 720px) 46vw, 420px", widths: [256, 512, 1024], width: 512 };
const FEW = 8; // pictures asked for at once; the others as they are scrolled to
const TAP = 250; // milliseconds; a longer touch holds the other picture only as long as it lasts

/**
 * @param {any} group
 * @param {number} at which of its members
 * @param {{may: boolean, onkeep: (at: number) => void, onmark: (at: number, verdict: string) => void, onlook: (at: number) => void}} own
 * @returns {{element: HTMLElement, show: (item: import("./duplicates-queue.js").Item) => void}}
 */
export function memberOf(group, at, { may, onkeep, onmark, onlook }) {
  const member = group.members[at];
  const product = productOf(member);
  const name = product.title || product.id;
  const keep = el("input", { type: "radio", name: `keep ${group.id}`, on: { change: () => onkeep(at) } });
  const why = el("span", { class: "member-why" });
  const marks = ["same", "not-same"].map((verdict) =>
    el("button", { type: "button", class: `mark mark-${verdict}`, "aria-label": `${verdict === "same" ? "Same" : "Not the same"}: picture ${at + 1}`, "aria-pressed": "false", dataset: { verdict }, on: { click: () => onmark(at, verdict) } },
      icon(verdict === "same" ? "check" : "close"), verdict === "same" ? "Same" : "Not the same"));
  const say = el("div", { class: "member-marks", role: "group", "aria-label": `Is picture ${at + 1} the same?` }, marks);
  const words = el(
    "div",
    { class: "member-words" },
    el("h3", { class: "member-title" }, el("a", { href: productPath(product.id), dir: "auto", dataset: { key: `member ${group.id} ${at}` } }, name)),
    el("p", { class: "member-facts" }, facts(member, product)),
    differing(group, member, at),
    may && el("div", { class: "member-say" }, el("label", { class: "member-keep" }, keep, el("span", null, "Keep this one", why)), say),
  );
  const element = el(
    "li",
    { class: "member", dataset: { member: at + 1 } },
    el("div", { class: "member-box" }, look(group, at, name, onlook), words),
  );

  function show(item) {
    const kept = item.keep === at;
    keep.checked = kept;
    why.textContent = kept && item.why ? `suggested: ${item.why}` : "";
    say.classList.toggle("off", kept);
    const mark = kept ? undefined : item.marks.get(at);
    for (const button of marks) {
      button.disabled = kept;
      button.setAttribute("aria-pressed", String(button.dataset.verdict === mark));
    }
    element.classList.toggle("kept", kept && may);
    element.classList.toggle("apart", mark === "not-same");
  }

  return { element, show };
}

function facts(member, product) {
  const said = [product.id, money(product.price), sizeOf(member), product.pictures.length > 1 && `picture ${member.picture + 1} of ${product.pictures.length}`];
  return said.filter(Boolean).map((words, place) => el("span", { class: place === 0 ? "member-id" : null }, words));
}

function differing(group, member, at) {
  const head = group.members[0];
  if (at === 0) return el("ul", { class: "differs", "aria-label": "What differs" }, el("li", { class: "first" }, "the others are compared with this one"));
  const { picture: done, product } = differences(head, member);
  const list = el(
    "ul",
    { class: "differs", "aria-label": "What differs from the first" },
    (member.kind === group.kind ? done : [kindOf(member), ...done]).map((words) => el("li", { class: "of-picture" }, words)),
    product.map((words) => el("li", null, words)),
  );
  if (!list.children.length) list.append(el("li", { class: "first" }, "nothing differs"));
  return list;
}

const kindOf = ({ kind }) => (KINDS.get(kind)?.[1] ?? kind).toLowerCase();

/** Ask for the pictures of a group that comes next, so that they are there when it does. */
export function fetchAhead({ members }) {
  for (const member of members.slice(0, FEW)) picture(pictureOf(member), "", { ...SHOWN, eager: true });
}

/** The picture, its number, and the first picture over it for as long as one holds. */
function look(group, at, name, onlook) {
  const [head, member] = [group.members[0], group.members[at]];
  const tile = picture(pictureOf(member), "", { ...SHOWN, eager: at < FEW });
  const open = el(
    "button",
    { type: "button", class: "member-picture", "aria-label": `Look closely at picture ${at + 1}: ${name}`, on: { click: () => onlook(at) } },
    tile,
    at > 0 && el("span", { class: "member-other", "aria-hidden": "true" }, picture(pictureOf(head), "", SHOWN)),
    at > 0 && el("span", { class: "member-which", "aria-hidden": "true" }, "Picture 1"),
  );
  return el(
    "div",
    { class: "member-look" },
    open,
    el("span", { class: "member-number", "aria-hidden": "true" }, at + 1),
    isAway(member) && el("span", { class: "away" }, "Out of stock"),
    at > 0 && flip(at, (on) => open.classList.toggle("flipped", on)),
  );
}

/** Shows picture 1 in the same place: while a mouse is over it or a finger holds it; a tap leaves it there. */
function flip(at, turn) {
  const button = el("button", { type: "button", class: "member-flip", "aria-pressed": "false", "aria-label": `Show picture 1 in the place of picture ${at + 1}`, title: "Compare with picture 1" });
  fill(button, icon("flip"));
  let held = 0;
  let stays = false;
  const set = (on) => {
    turn(on);
    button.setAttribute("aria-pressed", String(on));
  };
  const listen = (event, listener) => button.addEventListener(event, listener);
  listen("pointerenter", (event) => event.pointerType === "mouse" && set(true));
  listen("pointerleave", (event) => event.pointerType === "mouse" && set(stays));
  listen("pointerdown", (event) => {
    held = event.timeStamp;
    set(true);
  });
  listen("click", (event) => {
    const long = event.detail > 0 && event.timeStamp - held > TAP;
    stays = !stays && !long;
    set(stays);
  });
  listen("pointercancel", () => set((stays = false)));
  listen("contextmenu", (event) => event.preventDefault());
  return button;
}
