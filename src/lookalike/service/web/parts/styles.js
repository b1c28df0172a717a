/** Style sheets that only one view needs, fetched when it is first opened. */

const asked = new Map();

/** Resolves when style/NAME.css is there, or could not be had. */
export function styles(name) {
  if (!asked.has(name)) asked.set(name, load(new URL(`../style/${name}.css`, import.meta.url).href));
  return asked.get(name);
}

function load(href) {
  return new Promise((resolve) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = href;
    link.onload = link.onerror = () => resolve();
    document.head.append(link);
  });
}
