/** Where a photo comes from: dropped, pasted, chosen, taken, or one of the last. */

import { append, el, fill, icon } from "./el.js";
import { hasViewfinder, takePhoto } from "./photo-camera.js";
import { forgetPhoto, keptPhotos } from "./photo-store.js";

const KEEPING =
  "Your photo goes to this shop's own service and nowhere else, and the service does not keep it. " +
  "A copy stays in this browser for a week, so that you can come back to it.";

/** A phone or a tablet: its own camera is better than a viewfinder in a page. */
const coarse = () => matchMedia("(pointer: coarse)").matches;

/** The first screen, before there is a photo. */
export function start(inputs) {
  const drop = el(
    "div",
    { class: "drop" },
    el("span", { class: "drop-mark" }, icon("picture"), el("span", { class: "drop-corners" })),
    el("h1", null, "Search by photo"),
    el("p", { class: "drop-words" }, `Seen something you like? ${coarse() ? "Take a photo of it, or choose one," : "Drop a photo of it here, or paste one,"} and see what the shop has that looks like it.`),
    el("p", { class: "drop-ways" }, inputs.ways()),
    el("p", { class: "photo-promise" }, KEEPING),
  );
  const recents = el("section", { class: "recents", "aria-labelledby": "recents-title", hidden: true });
  void showRecents(recents, inputs.signal);
  return el("div", { class: "photo-start" }, drop, recents);
}

/**
 * The ways a photo may come, on the whole page while `signal` lasts. `onfile(file)` gets a file, `onphoto(photo)`
 * what the viewfinder took, `onnothing(text)` is told when something came that is no file.
 */
export function photoInputs({ root, signal, onfile, onphoto, onnothing }) {
  const choose = el("input", { type: "file", accept: "image/*,.heic,.heif,.avif", hidden: true, class: "photo-file" });
  const capture = el("input", { type: "file", accept: "image/*", capture: "environment", hidden: true, class: "photo-capture" });
  for (const input of [choose, capture]) {
    input.addEventListener("change", () => {
      const file = input.files[0];
      input.value = "";
      if (file) onfile(file);
    });
  }
  append(root, choose, capture);
  listen(root, signal, onfile, onnothing);
  const shoot = async () => {
    if (!hasViewfinder() || coarse()) return capture.click();
    const taken = await takePhoto(signal);
    if (taken === "choose") choose.click();
    else if (taken) onphoto(taken);
  };
  const camera = hasViewfinder() || coarse();
  const way = (name, picture, click, quiet) =>
    el("button", { type: "button", class: quiet ? "button quiet" : "button", on: { click } }, icon(picture), name);
  return {
    signal,
    choose: () => choose.click(),
    shoot: camera ? shoot : null,
    /** Buttons for them; a phone has its camera at hand, so that comes first there. */
    ways: () => {
      const chosen = way("Choose a photo", "picture", () => choose.click(), coarse());
      const taken = camera && way("Use the camera", "camera", shoot, !coarse());
      return coarse() ? [taken, chosen] : [chosen, taken];
    },
  };
}

function listen(root, signal, onfile, onnothing) {
  const over = (event) => {
    const types = [...event.dataTransfer.types];
    if (isField(event.target) || !types.some((type) => type === "Files" || type === "text/uri-list")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    root.classList.add("over");
  };
  const out = (event) => event.relatedTarget === null && root.classList.remove("over");
  const dropped = (event) => {
    if (isField(event.target)) return;
    event.preventDefault();
    root.classList.remove("over");
    const file = pictureOf(event.dataTransfer);
    if (file) onfile(file);
    else onnothing("Nothing that was dropped is a file. Save the picture first, then drop that.");
  };
  const pasted = (event) => {
    if (isField(event.target)) return;
    const file = pictureOf(event.clipboardData);
    if (!file) return onnothing("There is no picture on the clipboard. Copy one, then paste again.");
    event.preventDefault();
    onfile(file);
  };
  for (const [name, handler] of Object.entries({ dragenter: over, dragover: over, dragleave: out, drop: dropped, paste: pasted })) {
    document.addEventListener(name, handler, { signal });
  }
}

const isField = (target) => target instanceof Element && target.closest("input:not([type=range]), textarea") !== null;

/** The first picture of a drop or a clipboard, else its first file. */
function pictureOf(transfer) {
  const files = [...(transfer?.files ?? [])];
  return files.find((file) => file.type.startsWith("image/")) ?? files[0];
}

async function showRecents(section, signal) {
  const photos = (await keptPhotos()).slice(0, 8);
  if (!photos.length || signal.aborted) return;
  const items = photos.map((photo) => el("li", null, recent(photo, signal)));
  const forget = async () => {
    for (const photo of await keptPhotos()) await forgetPhoto(photo.key);
    section.hidden = true;
  };
  fill(
    section,
    el("div", { class: "recents-head" },
      el("h2", { id: "recents-title" }, "Your last photos"),
      el("button", { type: "button", class: "link", on: { click: forget } }, "Forget them all")),
    el("ul", { class: "recents-list" }, items),
  );
  section.hidden = false;
}

function recent(photo, signal) {
  const when = new Intl.DateTimeFormat("en-GB", { weekday: "long", hour: "2-digit", minute: "2-digit" }).format(photo.at);
  const link = el("a", { href: `/photo?key=${photo.key}`, "aria-label": `Photo of ${when}`, title: when });
  if (!photo.shown) return append(link, icon("picture"));
  const url = URL.createObjectURL(photo.blob);
  signal.addEventListener("abort", () => URL.revokeObjectURL(url), { once: true });
  const image = el("img", { alt: "", width: photo.width, height: photo.height, draggable: "false" });
  image.src = url;
  return append(link, image);
}
