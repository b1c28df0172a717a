// The camera with a viewfinder, for devices that have one and a page that may use it.

import { el, fill, icon } from "./el.js";
import { shrunk } from "./photo-reading.js";

const WANTED = { video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1440 } }, audio: false };
const REFUSALS = {
  NotAllowedError: ["The camera stays off.", "Allow it for this page in the browser's address bar, or choose a photo instead."],
  NotFoundError: ["There is no camera here.", "Connect one, or choose a photo instead."],
  NotReadableError: ["The camera is busy.", "Close the other program that uses it, or choose a photo instead."],
};
const OTHERWISE = ["The camera did not start.", "Choose a photo instead."];

/** Whether this page may ask for a camera at all; without https a browser does not let it. */
export function hasViewfinder() {
  return Boolean(navigator.mediaDevices?.getUserMedia);
}

/** Opens the viewfinder. Resolves to a photo, to "choose" (a file instead), or to null when it was closed. */
export function takePhoto(signal) {
  return new Promise((resolve) => {
    const stage = el("div", { class: "camera-stage" });
    const actions = el("div", { class: "camera-actions" });
    const dialog = el("dialog", { class: "camera", "aria-labelledby": "camera-title" },
      el("h2", { id: "camera-title", class: "unseen" }, "Take a photo"), stage, actions);
    const held = { dialog, stage, actions, stream: null, result: null };
    dialog.addEventListener("close", () => {
      held.stream?.getTracks().forEach((track) => track.stop());
      dialog.remove();
      resolve(held.result);
    });
    signal?.addEventListener("abort", () => dialog.close(), { once: true });
    document.body.append(dialog);
    dialog.showModal();
    void begin(held);
  });
}

const close = (held, result = null) => {
  held.result = result;
  held.dialog.close();
};

async function begin(held) {
  fill(held.stage, el("p", { class: "camera-words", role: "status" }, "The browser asks whether this page may use the camera."));
  fill(held.actions, el("button", { type: "button", class: "button", on: { click: () => close(held) } }, "Cancel"));
  try {
    const stream = await navigator.mediaDevices.getUserMedia(WANTED);
    if (!held.dialog.open) return stream.getTracks().forEach((track) => track.stop());
    held.stream = stream;
    await look(held);
  } catch (error) {
    if (held.dialog.open) refuse(held, error);
  }
}

async function look(held) {
  const video = el("video", { class: "camera-view", playsinline: true, "aria-label": "What the camera sees" });
  video.muted = true;
  video.srcObject = held.stream;
  fill(held.stage, video);
  await video.play();
  const shoot = async () => {
    const photo = await shrunk(video, video.videoWidth, video.videoHeight);
    close(held, { ...photo, name: "camera.jpg", shown: true });
  };
  const shutter = el("button", { type: "button", class: "shutter", "aria-label": "Take the photo", on: { click: shoot } });
  fill(held.actions,
    el("button", { type: "button", class: "button", on: { click: () => close(held) } }, "Cancel"),
    shutter,
    el("span", { class: "camera-balance" }));
  shutter.focus();
}

function refuse(held, error) {
  const [what, next] = REFUSALS[error.name] ?? OTHERWISE;
  fill(held.stage, el("div", { class: "camera-words", role: "alert" }, icon("camera"), el("p", { class: "camera-what" }, what), el("p", null, next)));
  const choose = el("button", { type: "button", class: "button primary", on: { click: () => close(held, "choose") } }, "Choose a photo");
  fill(held.actions, choose, el("button", { type: "button", class: "button", on: { click: () => close(held) } }, "Cancel"));
  choose.focus();
}
