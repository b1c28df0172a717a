/** Search by photo: a photo, a box around the item, and what looks like it. */

import { el, fill } from "../parts/el.js";
import { notice, problemNotice } from "../parts/notice.js";
import { photoDesk } from "../parts/photo-desk.js";
import { readPhoto } from "../parts/photo-reading.js";
import { photoInputs, start } from "../parts/photo-start.js";
import { findPhoto, keepPhoto } from "../parts/photo-store.js";
import { styles } from "../parts/styles.js";

const TITLE = "Search by photo";
let shown = null; // {root, inputs, desk, key}: what the present view holds

/** @param {HTMLElement} root @param {import("../router.js").Place} place */
export async function render(root, place) {
  const stage = el("div", { class: "photo-stage" });
  const toast = el("p", { class: "photo-toast", role: "status" });
  root.append(stage, toast);
  const mine = (shown = { root, stage, toast, desk: null, key: null });
  mine.inputs = photoInputs({
    root,
    signal: place.signal,
    onfile: (file) => take(mine, place, () => readPhoto(file)),
    onphoto: (photo) => take(mine, place, async () => photo),
    onnothing: (text) => say(mine, text),
  });
  place.signal.addEventListener("abort", () => mine.desk?.dispose());
  await Promise.all(["drop", "photo", "crop"].map(styles));
  await update(place);
}

/** The query alone changed: another photo, another box, or none. */
export async function update(place) {
  const mine = shown;
  const key = place.params.get("key") ?? "";
  place.title(TITLE);
  if (mine.desk && mine.key === key) return mine.desk.turn(place.params);
  mine.desk?.dispose();
  Object.assign(mine, { key, desk: null });
  if (!key) return void fill(mine.stage, start(mine.inputs));
  const photo = await findPhoto(key);
  if (mine.key !== key || place.signal.aborted) return;
  if (!photo) return void fill(mine.stage, elsewhere(mine.inputs));
  mine.desk = photoDesk(photo, mine.inputs, place);
  fill(mine.stage, mine.desk.element);
  await mine.desk.begin();
}

/** A photo that came in becomes an address of its own. */
async function take(mine, place, read) {
  say(mine, "Opening the photo …");
  try {
    const key = await keepPhoto(await read());
    say(mine, "");
    if (!place.signal.aborted) await place.go(`/photo?key=${key}`);
  } catch (error) {
    say(mine, "");
    const back = () => place.go("/photo", { replace: true });
    mine.desk?.dispose();
    Object.assign(mine, { key: null, desk: null });
    fill(mine.stage, problemNotice(error, { again: back }));
  }
}

function say(mine, text) {
  clearTimeout(mine.saying);
  mine.toast.textContent = text;
  if (text) mine.saying = setTimeout(() => (mine.toast.textContent = ""), 6000);
}

function elsewhere(inputs) {
  return notice({
    level: 1,
    mark: "camera",
    title: "This photo is not on this device",
    text: "A photo stays in the browser in which it was chosen, for a week. Choose it again here, and its search is here too.",
    actions: inputs.ways(),
  });
}
