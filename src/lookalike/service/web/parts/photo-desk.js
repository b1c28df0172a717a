/** A photo on the desk: its box, the wishes, and what looks like it as either changes. */

import { address } from "../api.js";
import { crop } from "./crop.js";
import { shareOf, weightsOf } from "./dial.js";
import { el, icon } from "./el.js";
import { ALWAYS } from "./examples.js";
import { asking } from "./photo-asking.js";
import { boxFrom, boxText, isWhole } from "./photo-box.js";
import { askByPhoto, findings } from "./photo-found.js";
import { forgetPhoto } from "./photo-store.js";
import { photoWishes } from "./photo-wishes.js";
import { countFrom, countMore } from "./results.js";
import { tray } from "./tray.js";
import { cleared, countOf, filteredBy, shopAddress, toggled, whereOf, wishesOf } from "./wishes.js";

const STEP = 24;
const UNSEEN = "This browser cannot show this file.";
const PROMISE = "The photo goes to this shop's service alone, which does not keep it.";

/**
 * @param {{key: string, blob: Blob, width: number, height: number, shown: boolean, name: string}} photo
 * @param {import("../router.js").Place} place
 * @returns {{element: HTMLElement, begin: () => Promise<void>, turn: (params: URLSearchParams) => void, dispose: () => void}}
 */
export function photoDesk(photo, inputs, place) {
  const state = { ...stateOf(place.params), begun: () => {} };
  const line = asking({
    ask: (question, signal) => askByPhoto(photo, question, signal),
    show: (answer) => (found.show(answer, state, countOf(state.wishes) > 0), shown.read?.(true), state.begun()),
    fail: (error) => (found.fail(error), shown.read?.(false), state.begun()),
    busy: (is) => found.busy(is),
  });
  const again = () => line.want(questionOf(state), { now: true }); // at once, unless it is answered already

  /** A change that stays: asked for now, and kept in the address. A `step` can be gone back from. */
  function settle(change, { step = false } = {}) {
    Object.assign(state, change);
    again();
    void place.go(addressOf(photo, state), { replace: !step, quiet: true });
  }

  function wish(wishes, options) {
    settle({ wishes }, options);
    controls.show(state);
    examples.show(wishes);
  }

  const controls = photoWishes({ state, onwishes: wish, ondial: settle, signal: place.signal });
  const found = findings({
    again,
    clear: () => wish(cleared(state.wishes)),
    more: () => settle({ k: countMore(state.k, STEP) }),
    fold: () => settle({ duplicates: !state.duplicates }),
    take: (instead) => wish(filteredBy(state.wishes, instead.where)),
    colour: (name) => wish(toggled(state.wishes, "colour", name)),
    choose: inputs.choose,
    controls: controls.element,
  });
  const examples = tray(found.element, {
    signal: place.signal,
    change: (held) => (wish({ ...state.wishes, ...held }, { step: true }), found.focus()),
  });
  const shown = showing(photo, {
    box: state.box,
    onchange: (box) => ((state.box = box), line.want(questionOf(state))),
    onsettle: (box) => settle({ box }),
    signal: place.signal,
  });
  const side = el("div", { class: "photo-side" }, shown.element, toolbar(photo, shown, inputs, place), el("p", { class: "photo-promise" }, PROMISE));
  return {
    element: el("div", { class: "photo-desk" }, el("h1", { class: "unseen" }, "Search by photo"), side, found.element),
    begin: () => new Promise((resolve) => ((state.begun = resolve), examples.show(state.wishes), again())),
    turn(params) {
      Object.assign(state, stateOf(params));
      shown.set(state.box);
      controls.show(state);
      examples.show(state.wishes);
      again();
    },
    dispose() {
      line.stop();
      shown.dispose();
      examples.dispose();
    },
  };
}

function stateOf(params) {
  return {
    box: boxFrom(params.get("box")),
    wishes: wishesOf(params),
    share: shareOf(params.get("dial")),
    variety: shareOf(params.get("variety")),
    k: countFrom(params.get("k"), STEP),
    duplicates: params.get("duplicates") === "true",
  };
}

function questionOf({ box, wishes, share, variety, k, duplicates }) {
  const { text, like, unlike } = wishes;
  return {
    crop: isWhole(box) ? "" : boxText(box),
    text,
    where: whereOf(wishes),
    weights: weightsOf(share),
    like,
    unlike,
    diversity: variety || null,
    ...ALWAYS,
    k,
    duplicates,
  };
}

function addressOf(photo, { box, wishes, share, variety, k, duplicates }) {
  const own = address("/photo", {
    key: photo.key,
    box: isWhole(box) ? null : boxText(box),
    dial: share || null,
    variety: variety || null,
    k: k === STEP ? null : k,
    duplicates: duplicates || null,
  });
  const wished = shopAddress(wishes).split("?")[1];
  return wished ? `${own}&${wished}` : own;
}

/** The photo with its box; a plain tile for one that this browser cannot show. */
function showing(photo, options) {
  if (!photo.shown) return { ...unseen(photo), set: () => {}, dispose: () => {} };
  const url = URL.createObjectURL(photo.blob);
  const image = el("img", { alt: "Your photo", width: photo.width, height: photo.height });
  image.src = url;
  const cropping = crop({ picture: image, ...options });
  cropping.element.style.setProperty("--ratio", photo.width / photo.height);
  return {
    element: cropping.element,
    set: cropping.set,
    reset: cropping.reset,
    dispose() {
      cropping.dispose();
      URL.revokeObjectURL(url);
    },
  };
}

/** A tile with the file's name; `read` says whether the service could make something of it. */
function unseen(photo) {
  const words = el("p", { class: "soft" }, UNSEEN);
  return {
    element: el("div", { class: "photo-unseen" }, icon("picture"), el("p", null, el("b", null, photo.name)), words),
    read: (is) => void (words.textContent = is ? `${UNSEEN} The shop looks at the whole of it.` : UNSEEN),
  };
}

function toolbar(photo, shown, inputs, place) {
  const forget = async () => {
    await forgetPhoto(photo.key);
    await place.go("/photo", { replace: true });
  };
  const tool = (name, picture, click) => el("button", { type: "button", class: "tool", on: { click } }, icon(picture), name);
  return el(
    "div",
    { class: "photo-tools", role: "group", "aria-label": "This photo" },
    shown.reset && tool("Whole photo", "whole", () => shown.reset()),
    tool("Another photo", "picture", inputs.choose),
    inputs.shoot && tool("Camera", "camera", inputs.shoot),
    tool("Forget this photo", "bin", forget),
  );
}
