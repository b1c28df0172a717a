// What a shelf with the attribute `events` tells the service, by POST to /v1/events: "shown" when a product was in
// sight for half a second, once for each answer, and "clicked". Each with the answer's token, the time, and who: the
// element's attribute `user`, the site's own name of its shopper; else a number of chance in sessionStorage, which is
// gone with the tab. A browser that asks for privacy (Global Privacy Control) tells nothing without `user`.

const VISIT = "lookalike visit";
const REST = 500; // milliseconds for which a product is in sight
const PAUSE = 1500; // milliseconds until what has gathered is sent
const MOST = 50; // events in one message; with keepalive a browser sends 64 KiB

const chance = () => [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

let visit = "";
function visitId() {
  try {
    visit ||= sessionStorage.getItem(VISIT) ?? "";
    if (!visit) sessionStorage.setItem(VISIT, (visit = `visit-${chance()}`));
  } catch {
    visit ||= `visit-${chance()}`; // a browser that stores nothing: it lasts until the page is left
  }
  return visit;
}

const waiting = new Map(); // events by where they go and with which key
let timer = 0;

function tell(to, event) {
  const name = JSON.stringify(to);
  waiting.set(name, [...(waiting.get(name) ?? []), event]);
  timer ||= setTimeout(flush, PAUSE);
}

function flush() {
  clearTimeout(timer);
  timer = 0;
  for (const [name, events] of waiting) {
    const { service, key } = JSON.parse(name);
    const headers = { "Content-Type": "application/json", ...(key && { Authorization: `Bearer ${key}` }) };
    while (events.length) {
      const body = JSON.stringify(events.splice(0, MOST));
      fetch(`${service}/v1/events`, { method: "POST", keepalive: true, credentials: "omit", headers, body }).catch(() => {});
    }
  }
  waiting.clear();
}

addEventListener("pagehide", flush);
addEventListener("visibilitychange", () => document.visibilityState === "hidden" && flush());

const followed = new WeakMap(); // shelf → what ends the following of the answer before

/**
 * Follow the cards of an answer in place of those of the one before.
 * @param {HTMLElement} shelf the element, which says "lookalike-click"
 * @param {Element[]} cards one for each result
 * @param {{results: {id: string}[], attribution: string}} answer
 * @param {string} service its address
 */
export function follow(shelf, cards, { results, attribution: answer }, service) {
  followed.get(shelf)?.abort();
  const user = shelf.getAttribute("user");
  if (!answer || (!user && navigator.globalPrivacyControl)) return;
  const ended = new AbortController();
  followed.set(shelf, ended);
  const who = user ? { user } : { session: visitId() };
  const say = (event, item) => tell({ service, key: shelf.getAttribute("key") }, { ...who, item, event, timestamp: new Date().toISOString(), answer, id: chance() });
  const resting = new Map();
  const seen = (card) => {
    watcher.unobserve(card);
    if (card.isConnected) say("shown", results[cards.indexOf(card)].id);
  };
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        clearTimeout(resting.get(target));
        if (isIntersecting) resting.set(target, setTimeout(seen, REST, target));
      }
    },
    { threshold: 0.5 },
  );
  for (const card of cards) watcher.observe(card);
  ended.signal.addEventListener("abort", () => watcher.disconnect());
  const clicked = ({ detail }) => {
    if (detail.attribution !== answer) return;
    say("clicked", detail.product);
    flush();
  };
  shelf.addEventListener("lookalike-click", clicked, { signal: ended.signal });
}
