/** Addresses and views: links, going back, scroll positions, titles, focus and what is announced. */

import { fill } from "./parts/el.js";
import { clearNames, nameShared } from "./parts/morph.js";
import { problemNotice } from "./parts/notice.js";

/**
 * @typedef {object} Place Where a view is shown.
 * @property {string} path the path of the address, still percent-encoded
 * @property {URLSearchParams} params
 * @property {string} hash without "#", still percent-encoded
 * @property {AbortSignal} signal aborts when the view is left
 * @property {boolean} back whether this is a return to an earlier entry of the history
 * @property {(url: string, options?: {replace?: boolean, quiet?: boolean}) => Promise<void>} go
 * @property {(text: string) => void} title names the document and what is announced
 *
 * @typedef {object} View A module under views/.
 * @property {(root: HTMLElement, place: Place) => void | Promise<void>} render
 * @property {(place: Place) => void | Promise<void>} [update] follows a change of query alone, keeping the view
 */

const PATIENCE = 180; // milliseconds a change of view waits for its content, so that no skeleton flashes
const WAIT = 10_000; // milliseconds for which what had the focus may still come
const NAME = "Lookalike";

/** @type {{path: string, search: string, broken?: boolean, module: View, root: HTMLElement, controller: AbortController} | null} */
let shown = null;
let main, announcer, routes;
let arriving = null;

/** Take over links and history, and show the view of the present address. */
export function start(table, outlet, live) {
  [routes, main, announcer] = [table, outlet, live];
  history.scrollRestoration = "manual";
  if (!history.state?.key) history.replaceState(entry(), "");
  addEventListener("popstate", () => void arrive({ back: true }));
  addEventListener("click", follow);
  addEventListener("pagehide", leave);
  return arrive({ first: true, back: true });
}

/**
 * Go to an address of this page. `replace` writes over the present entry of the history; `quiet` changes
 * the address alone and leaves the view as it is.
 */
export async function go(url, { replace = false, quiet = false } = {}) {
  const target = new URL(url, location.href);
  if (target.origin !== location.origin) return void location.assign(target);
  leave();
  if (replace) history.replaceState(history.state ?? entry(), "", target);
  else history.pushState(entry(), "", target);
  if (quiet && shown) shown.search = target.search;
  if (!quiet) await arrive({});
}

/** Show the present address again, as after the service came back. */
export const again = () => arrive({ back: true, anew: true });

/** Which view an address belongs to, or undefined when it is not one of the page's. */
export const routeOf = (path) => routes.find((route) => route.pattern.test(path));

function entry() {
  return { key: Math.random().toString(36).slice(2) };
}

function follow(event) {
  const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
  if (!link || event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if (link.target || link.hasAttribute("download")) return;
  const target = new URL(link.href);
  if (target.origin !== location.origin || !routeOf(target.pathname)) return;
  if (target.hash && target.pathname + target.search === location.pathname + location.search && !link.dataset.anew)
    return;
  event.preventDefault();
  void go(target.href);
}

async function arrive({ back = false, first = false, anew = false }) {
  const mine = (arriving = {});
  const path = location.pathname;
  const route = routeOf(path) ?? routes.at(-1);
  const same = shown !== null && shown.path === path && !shown.broken && !anew;
  if (same && shown.search === location.search) return jump(back);
  if (same && shown.module.update) return refresh(shown, back);
  const controller = new AbortController();
  const left = shown?.path ?? "";
  shown?.controller.abort();
  main.setAttribute("aria-busy", "true");
  try {
    const module = await route.load();
    if (mine !== arriving) return;
    const root = document.createElement("div");
    root.className = `view view-${route.name}`;
    shown = { path, search: location.search, module, root, controller };
    await change(root, () => module.render(root, place(controller.signal, back)), { back, left, path });
  } catch (error) {
    if (mine !== arriving || error.name === "AbortError") return;
    complain(error);
  }
  if (mine !== arriving) return;
  main.removeAttribute("aria-busy");
  settle(back, first);
}

/** Another part of the view that is shown already. */
function jump(back) {
  if (!history.state?.key) history.replaceState(entry(), "");
  const named = byHash();
  if (named) {
    named.scrollIntoView({ block: "start" });
    named.focus({ preventScroll: true });
  } else if (back) restore();
}

async function refresh(view, back) {
  const mine = arriving;
  view.search = location.search;
  try {
    await view.module.update(place(view.controller.signal, back));
  } catch (error) {
    if (error.name === "AbortError") return;
    complain(error);
  }
  if (mine === arriving && back) restore();
}

function place(signal, back) {
  return {
    path: location.pathname,
    params: new URLSearchParams(location.search),
    hash: location.hash.slice(1),
    signal,
    back,
    go,
    title: (text) => void (document.title = text ? `${text} · ${NAME}` : NAME),
  };
}

/** Put a new view in place of the old one, with a transition where the browser and the shopper like one. */
async function change(root, render, { back, left, path }) {
  let rendered;
  const swap = () => {
    main.replaceChildren(root);
    scrollTo({ top: 0, behavior: "instant" });
    rendered = Promise.resolve(render());
    rendered.catch(() => {});
    return Promise.race([
      rendered.then(
        () => back && restore(),
        () => {},
      ),
      wait(PATIENCE),
    ]);
  };
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (still || !left || !document.startViewTransition) await swap();
  else {
    nameShared(main, path);
    const transition = document.startViewTransition(async () => {
      await swap();
      nameShared(root, left);
    });
    void transition.finished.then(clearNames, clearNames);
    transition.ready.catch(() => {}); // skipped, as when the page is hidden
    await transition.updateCallbackDone;
  }
  await rendered;
}

function complain(error) {
  if (shown) shown.broken = true;
  fill(shown?.root ?? main, problemNotice(error, { again }));
  if (shown?.root && !shown.root.isConnected) main.replaceChildren(shown.root);
}

/** After a view has come: scroll, focus and announcement. */
function settle(back, first) {
  const left = back ? restore() : null;
  const named = byHash();
  if (named && !left) named.scrollIntoView({ block: "start" });
  if (first) return;
  if (left?.key) void refocus(left.key);
  else if (!left?.focused) {
    const target = named || main.querySelector("h1") || main;
    if (!target.hasAttribute("tabindex")) target.setAttribute("tabindex", "-1");
    target.focus({ preventScroll: true });
  }
  announce(document.title);
}

/** What the address names after its "#", if it is there. */
function byHash() {
  try {
    return document.getElementById(decodeURIComponent(location.hash.slice(1)));
  } catch {
    return null; // a stray "%"
  }
}

/**
 * Scroll to where this entry of the history was left, and focus what had the focus.
 * @returns {{focused: boolean, key: string | null} | null} null when it was never left; `key` names what had
 *   the focus and is not there yet
 */
function restore() {
  const left = recall(`left ${history.state?.key}`);
  if (!left) return null;
  scrollTo({ top: left.top, behavior: "instant" });
  const focused = left.focus && main.querySelector(`[data-key="${CSS.escape(left.focus)}"]`);
  focused?.focus({ preventScroll: true });
  return { focused: Boolean(focused), key: focused ? null : left.focus };
}

/** Focus what had the focus as soon as it comes, unless something else is focused meanwhile. */
function refocus(key) {
  const path = location.href;
  const watcher = new MutationObserver(() => {
    const found = main.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!found && location.href === path) return;
    watcher.disconnect();
    if (document.activeElement === document.body) found?.focus({ preventScroll: true });
  });
  watcher.observe(main, { childList: true, subtree: true });
  setTimeout(() => watcher.disconnect(), WAIT);
}

function leave() {
  const key = history.state?.key;
  const focus = document.activeElement?.closest?.("[data-key]")?.dataset.key ?? null;
  if (!key) return;
  try {
    sessionStorage.setItem(`left ${key}`, JSON.stringify({ top: scrollY, focus }));
  } catch {
    // a browser that stores nothing: going back starts at the top
  }
}

function recall(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name) ?? "null");
  } catch {
    return null;
  }
}

/** Say something to screen readers. */
export function announce(text) {
  announcer.textContent = "";
  setTimeout(() => void (announcer.textContent = text), 60);
}

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
