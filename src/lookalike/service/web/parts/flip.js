/** Cards that glide from their old places to their new ones (First, Last, Invert, Play). */

const GLIDE = { duration: 420, easing: "cubic-bezier(0.2, 0.7, 0.2, 1)" };

/**
 * Put items into a list in their new order; those that stay glide, those that come fade in.
 * @param {HTMLElement} list
 * @param {HTMLElement[]} items the children it shall have, in order; those it has already are the same nodes
 */
export function reorder(list, items) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const before = new Map(still ? [] : [...list.children].map((item) => [item, item.getBoundingClientRect()]));
  const focused = document.activeElement;
  const keep = list.contains(focused);
  const wanted = new Set(items);
  for (const item of [...list.children]) if (!wanted.has(item)) item.remove();
  items.forEach((item, at) => {
    if (list.children[at] !== item) list.insertBefore(item, list.children[at] ?? null);
  });
  if (keep && focused.isConnected && document.activeElement !== focused) focused.focus({ preventScroll: true });
  if (!still) for (const item of items) glide(item, before.get(item));
}

function glide(item, from) {
  for (const running of item.getAnimations()) if (running.id === "glide") running.cancel();
  const to = item.getBoundingClientRect();
  if (!from)
    return void Object.assign(item.animate({ opacity: [0, 1], transform: ["scale(0.96)", "none"] }, GLIDE), {
      id: "glide",
    });
  const [x, y] = [from.left - to.left, from.top - to.top];
  if (!x && !y) return;
  Object.assign(item.animate({ transform: [`translate(${x}px, ${y}px)`, "none"] }, GLIDE), { id: "glide" });
}
