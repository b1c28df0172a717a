/** Details that open over what is below them: one at a time, closed by a press elsewhere and by Escape. */

/** @param {HTMLElement} row its children, or those of its children that are `details` @param {AbortSignal} signal */
export function oneAtATime(row, signal) {
  const drops = () => [...row.querySelectorAll("details[data-drop]")];
  const close = (but) => {
    for (const drop of drops()) if (drop !== but) drop.open = false;
  };
  row.addEventListener("toggle", (event) => event.target.open && "drop" in event.target.dataset && close(event.target), { capture: true });
  const outside = (target) => drops().find((drop) => drop.open && drop.contains(target));
  document.addEventListener("pointerdown", (event) => close(outside(event.target)), { signal });
  row.addEventListener("focusout", (event) => event.relatedTarget && close(outside(event.relatedTarget)));
  row.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && drops().find((drop) => drop.open);
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });
}
