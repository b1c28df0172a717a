/** A product's picture on its tile: lazy, sized before it comes, and with words where there is none. */

import { el, icon } from "./el.js";

const WIDTHS = [128, 256, 512];

/**
 * @param {{url: string, width?: number, height?: number} | undefined} picture
 * @param {string} alt "" where the words beside it say the same
 * @param {{sizes?: string, eager?: boolean, widths?: number[], width?: number}} [options]
 *   `sizes` is how wide it is shown, `width` the one asked for where `srcset` is not known
 */
export function picture(picture, alt, { sizes = "240px", eager = false, widths = WIDTHS, width = 256 } = {}) {
  const tile = el("span", { class: "tile" });
  if (!picture) {
    tile.append(none(alt));
    return tile;
  }
  const image = el("img", {
    alt,
    sizes,
    srcset: widths.map((wide) => `${at(picture.url, wide)} ${wide}w`).join(", "),
    width: picture.width ?? 400,
    height: picture.height ?? 500,
    loading: eager ? "eager" : "lazy",
    decoding: "async",
    draggable: "false",
    on: {
      load: () => tile.classList.add("come"),
      error: () => tile.replaceChildren(none(alt)),
    },
  });
  image.src = at(picture.url, width);
  if (image.complete) tile.classList.add("come");
  tile.append(image);
  return tile;
}

/** The first picture of a product of which only the id is known, a few pixels large. */
export function thumbnail(id) {
  const url = `/v1/pictures/${encodeURIComponent(id)}/0`;
  return picture({ url }, "", { sizes: "48px", widths: [128], width: 128, eager: true });
}

/** The address of a picture at a width. */
export const at = (url, wide) => `${url}${url.includes("?") ? "&" : "?"}w=${wide}`;

function none(alt) {
  return el(
    "span",
    { class: "none", role: "img", "aria-label": alt ? `${alt}: no picture` : "No picture" },
    icon("picture"),
  );
}
