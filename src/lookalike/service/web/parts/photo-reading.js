// A picture file becomes a photo to search with: upright, at most 1024 pixels a side, JPEG, without its metadata.

import { ApiProblem } from "../api.js";

const SIDE = 1024;
const QUALITY = 0.9;
const LARGEST = 64 * 1024 * 1024;

/**
 * A photo {blob, name, width, height, shown} of a file. Where this browser cannot decode it (HEIC, for one),
 * `shown` is false and `blob` the file as it is: the service may know more formats than the browser.
 */
export async function readPhoto(file) {
  if (!file.size) throw trouble("This file is empty.", "Choose another photo.");
  const name = file.name || "photo";
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    if (file.size > LARGEST) throw trouble("This is no picture that can be shown, and too large to send.", "Choose a JPEG or a PNG.");
    return { blob: file, name, width: 0, height: 0, shown: false };
  }
  try {
    return { ...(await shrunk(bitmap, bitmap.width, bitmap.height)), name, shown: true };
  } finally {
    bitmap.close();
  }
}

/** {blob, width, height} of anything a canvas can draw. */
export async function shrunk(source, fullWidth, fullHeight) {
  const scale = Math.min(1, SIDE / Math.max(fullWidth, fullHeight));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(fullWidth * scale));
  canvas.height = Math.max(1, Math.round(fullHeight * scale));
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.fillStyle = "#fff"; // transparent pictures lie on white, as in the catalogue
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  if (!blob) throw trouble("This browser could not make a JPEG of the photo.", "Try another photo.");
  return { blob, width: canvas.width, height: canvas.height };
}

function trouble(detail, nextStep) {
  return new ApiProblem({ detail, next_step: nextStep, code: "photo" });
}
