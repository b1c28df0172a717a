/** A product's pictures: one large, the others as thumbnails below it. */

import { el } from "./el.js";
import { at, picture } from "./picture.js";

/** @param {import("./card.js").Product} product */
export function gallery(product) {
  const title = product.title || product.id;
  const { pictures } = product;
  const name = (position) => (pictures.length > 1 ? `${title}, picture ${position + 1} of ${pictures.length}` : title);
  const large = (position) => {
    const tile = picture(pictures[position], name(position), {
      sizes: "(max-width: 720px) 92vw, 560px",
      widths: [256, 512, 1024],
      width: 512,
      eager: true,
    });
    if (pictures[position]) tile.style.setProperty("background-image", `url("${at(pictures[position].url, 256)}")`);
    return tile;
  };
  const stage = el("div", { class: "gallery-stage" }, large(0));
  if (pictures.length < 2) return el("div", { class: "gallery" }, stage);
  const thumbs = pictures.map((one, position) =>
    el(
      "button",
      {
        type: "button",
        class: "thumb-button",
        "aria-label": `Picture ${position + 1} of ${pictures.length}`,
        "aria-pressed": String(position === 0),
        on: { click: () => choose(position) },
      },
      picture(one, "", { sizes: "72px", widths: [128, 256], width: 128, eager: true }),
    ),
  );
  const choose = (position) => {
    stage.replaceChildren(large(position));
    thumbs.forEach((thumb, other) => thumb.setAttribute("aria-pressed", String(other === position)));
  };
  return el(
    "div",
    { class: "gallery" },
    stage,
    el("div", { class: "gallery-thumbs", role: "group", "aria-label": "Pictures" }, thumbs),
  );
}
