/** Findings by kind: a heading that says what is wrong and what to do, and their cards. */

import { SECTIONS, doctorAddress } from "./doctor-address.js";
import { el, fill } from "./el.js";
import { number } from "./named.js";
import { problemNotice } from "./notice.js";

/** Findings asked for at once where all of a kind are shown. */
export const PAGE = 24;
/** Findings of each kind where all kinds are shown. */
export const EACH = 4;
const LARGEST = 100;
const AHEAD = "1200px"; // before the end of a list comes into view, more is asked for

const shownOf = new Map(); // how many were shown under an address, for the way back

/** How many findings to begin with under an address. */
export const beginning = (search, back) => (back ? Math.min(LARGEST, Math.max(PAGE, shownOf.get(search) ?? 0)) : PAGE);

/**
 * The list: {element, cards, add(findings), begin(wish, answer)}. `make(finding)` makes a card; `load(offset)` asks for
 * a page; `offset()` says how many of those shown the service still lists.
 * @param {{make: (finding: any) => any, load: (offset: number) => Promise<any>, offset: () => number, signal: AbortSignal}} own
 */
export function findingList({ make, load, offset, signal }) {
  const groups = el("div", { class: "finding-groups" });
  const more = el("button", { type: "button", class: "button quiet", on: { click: () => void further() } }, "Show more");
  const end = el("p", { class: "findings-end", hidden: true }, more);
  const element = el("div", { class: "findings" }, groups, end);
  const cards = new Map();
  const watcher = new IntersectionObserver(([{ isIntersecting }]) => isIntersecting && void further(), { rootMargin: AHEAD });
  signal.addEventListener("abort", () => watcher.disconnect());
  let now = { wish: null, answer: null, whole: false };
  let asking = false;
  let list = null; // of the kind that is added to
  let kind = "";

  function begin(wish, answer, overview) {
    now = { wish, answer, whole: overview };
    cards.clear();
    kind = "";
    fill(groups);
    take(answer.findings, answer.total);
  }

  function take(findings, total) {
    for (const finding of findings) {
      if (cards.has(finding.id)) continue;
      if (finding.kind !== kind) open(finding.kind);
      const card = make(finding);
      cards.set(finding.id, card);
      list.append(card.element);
    }
    shownOf.set(location.search, cards.size);
    end.hidden = now.whole || !findings.length || offset() >= total;
    watcher.unobserve(end);
    if (!end.hidden) watcher.observe(end); // anew, so that an end still in view is heard of
  }

  function open(name) {
    const { kinds } = now.answer;
    const told = kinds.find((one) => one.kind === name) ?? { kind: name, section: "", title: name, advice: "", count: 0, new: 0 };
    const first = now.whole && told.section !== kinds.find((one) => one.kind === kind)?.section;
    kind = name;
    list = el("ul", { class: "finding-list" });
    const all = now.whole && told.count > EACH && el("a", { class: "link group-all", href: doctorAddress({ ...now.wish, kind: name }), dataset: { key: `all ${name}` } }, `Show all ${number(told.count)}`, el("span", { class: "unseen" }, ` ${told.title.toLowerCase()}`));
    groups.append(el(
      "section",
      { class: "finding-group", dataset: { kind: name }, "aria-labelledby": `kind-${name}` },
      first && el("p", { class: "group-section" }, SECTIONS.get(told.section) ?? told.section),
      el("header", { class: "finding-group-head" },
        el("h2", { id: `kind-${name}` }, told.title, " ", el("span", { class: "group-count", hidden: Boolean(now.wish.product) }, number(told.count))),
        !now.wish.product && told.new > 0 && told.new < told.count && el("span", { class: "group-new" }, `${number(told.new)} new`),
        el("p", { class: "soft" }, told.advice),
        all),
      list,
    ));
  }

  async function further() {
    if (asking || end.hidden) return;
    asking = true;
    const { wish } = now;
    try {
      const answer = await load(offset());
      if (now.wish === wish) take(answer.findings.map((one) => ({ ...one, shown: answer.shown })), answer.total);
    } catch (problem) {
      if (problem.name !== "AbortError") fill(end, problemNotice(problem, { again: () => (fill(end, more), void further()), level: 2 }));
    }
    asking = false;
  }

  return { element, cards, begin };
}
