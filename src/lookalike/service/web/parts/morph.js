/** A product's picture that grows from its card into its page and shrinks back, where the browser can. */

const NAME = "product-picture";

/** The tile that shows a product of an address: on its own page, or on its card. */
function tileOf(root, path) {
  const id = /^\/product\/(.+)$/.exec(path)?.[1];
  if (!id) return null;
  const card = [...root.querySelectorAll(".card[data-id]")].find((one) => encodeURIComponent(one.dataset.id) === id);
  return card?.querySelector(".tile") ?? null;
}

const seen = (tile) => {
  const box = tile.getBoundingClientRect();
  return box.bottom > 0 && box.top < innerHeight;
};

/**
 * Name the picture that both views show, before and after a change from one address to another.
 * @param {HTMLElement} root
 * @param {string} other the path that is left, or the one that is gone to
 */
export function nameShared(root, other) {
  clearNames();
  const tile = tileOf(root, other) ?? root.querySelector(".gallery-stage .tile");
  if (tile && seen(tile)) tile.style.viewTransitionName = NAME;
}

/** Take the name away again: the next change may share another picture. */
export function clearNames() {
  for (const tile of document.querySelectorAll(".tile")) tile.style.viewTransitionName = "";
}
