/** What is wrong in the catalogue: found by an examination, decided by a person, one finding after another. */

import { get } from "../api.js";
import { askedOf, doctorAddress, wishOf } from "../parts/doctor-address.js";
import { findingCard } from "../parts/doctor-card.js";
import { decide, deliver, desk, forgetDecided, lastDecided } from "../parts/doctor-desk.js";
import { doctorHead } from "../parts/doctor-head.js";
import { keysLine, keysOf } from "../parts/doctor-keys.js";
import { EACH, beginning, PAGE, findingList } from "../parts/doctor-list.js";
import { judgedLine, neverExamined, nothing } from "../parts/doctor-states.js";
import { el, fill, icon } from "../parts/el.js";
import { jobLine } from "../parts/job-line.js";
import { number } from "../parts/named.js";
import { rightsLine } from "../parts/rights.js";
import { styles } from "../parts/styles.js";
import { announce } from "../router.js";

let shown = null;

/** @param {HTMLElement} root @param {import("../router.js").Place} place */
export async function render(root, place) {
  place.title("Doctor");
  const mine = (shown = build(place));
  await Promise.all(["duplicates", "duplicates-bar", "doctor", "doctor-card", "doctor-states", "add"].map(styles));
  root.append(mine.head.element, mine.line.element, mine.rights.element, mine.stage, mine.bar);
  keysOf({ signal: place.signal, act: (name, value) => act(mine, name, value) });
  for (const name of ["sending", "saved", "answered", "failed"]) {
    desk.addEventListener(name, (event) => told(mine, name, event.detail), { signal: place.signal });
  }
  await show(mine, place);
}

/** Other filters. @param {import("../router.js").Place} place */
export const update = (place) => show(shown, place);

function build(place) {
  const mine = { place, wish: null, answer: null, may: false, states: new Map() };
  const { signal } = place;
  const again = () => show(mine, mine.place);
  mine.head = doctorHead({ onexamine: () => void mine.line.start(), onsure: (sure) => void place.go(doctorAddress({ ...mine.wish, sure })) });
  mine.line = jobLine({ signal, kind: "doctor", path: "/v1/doctor", said: "Examining the catalogue", words: farOf, onend: (job) => void ended(mine, job) });
  mine.rights = rightsLine(() => void again());
  mine.stage = el("div", { class: "doctor-stage" });
  mine.saved = el("p", { class: "bar-saved", role: "status" });
  mine.undo = el("button", { type: "button", class: "button quiet bar-undo", "aria-keyshortcuts": "U", on: { click: () => act(mine, "undo") } }, icon("undo"), el("span", { class: "bar-words" }, "Undo"));
  mine.bar = el("div", { class: "review-bar doctor-bar", role: "toolbar", "aria-label": "Decisions", hidden: true }, mine.undo, mine.saved, keysLine());
  mine.list = findingList({
    signal,
    make: (finding) => cardOf(mine, finding),
    load: async (offset) => (await deliver(), ask(mine, { offset, limit: PAGE })),
    offset: () => [...mine.list.cards.values()].filter(({ finding }) => listed(mine, finding)).length,
  });
  return mine;
}

const ask = (mine, params, options = {}) => get("/v1/doctor", { params: { ...askedOf(mine.wish), ...params }, signal: mine.place.signal, ...options });

async function show(mine, place) {
  mine.place = place;
  const wish = (mine.wish = wishOf(place.params));
  const overview = !wish.kind && !wish.product;
  mine.stage.classList.add("asking");
  await deliver(); // what is to be shown includes what was decided last
  const [session, answer] = await Promise.all([
    get("/v1/session", { signal: place.signal }),
    ask(mine, overview ? { each: EACH, limit: 100 } : { limit: beginning(location.search, place.back) }, { kept: place.back }),
  ]);
  if (mine.wish !== wish) return; // another wish came meanwhile
  Object.assign(mine, { answer, session, may: session.write, states: new Map() });
  mine.tellsNew = wish.fresh || answer.kinds.some((one) => one.new < one.count); // not where everything is
  answer.kinds = answer.kinds.map((one) => ({ ...one, new: mine.tellsNew ? one.new : 0 })); // counts of its own follow what is decided here
  mine.head.show(wish, answer, mine.may);
  mine.head.name(wish, answer.shown[wish.product]?.title || wish.product);
  mine.rights.show(session, mine.may || !answer.products);
  draw(mine, overview);
  mine.stage.classList.remove("asking");
  if (mine.may) void mine.line.show("", "Examine");
}

function draw(mine, overview) {
  const { answer, wish } = mine;
  mine.bar.hidden = !mine.may || !answer.findings.length;
  mine.bar.classList.toggle("decided", lastDecided() !== null);
  mine.undo.disabled = lastDecided() === null;
  if (answer.examined_at === null) return void fill(mine.stage, neverExamined(answer, mine.may, () => void mine.line.start()));
  mine.list.begin(wish, { ...answer, findings: answer.findings.map((one) => ({ ...one, shown: answer.shown })) }, overview);
  fill(mine.stage, answer.findings.length ? mine.list.element : nothing(answer, wish), judgedLine(answer, wish));
}

function cardOf(mine, { shown: products, ...finding }) {
  const card = findingCard({ finding: { ...finding, new: finding.new && mine.tellsNew }, shown: products }, {
    may: mine.may,
    signal: mine.place.signal,
    level: 3,
    ondecide: (decision, value) => decided(mine, finding, decision, value),
  });
  const state = { decision: finding.decision, value: finding.applied };
  mine.states.set(finding.id, state);
  card.show(state);
  return card;
}

/** Whether the service lists a finding under the present filters. */
const listed = (mine, { id }) => Boolean(mine.states.get(id)?.decision) === (mine.wish.show === "decided");

/** A person decided: it shows at once, and goes to the service. */
function decided(mine, finding, decision, value) {
  const before = mine.states.get(finding.id) ?? { decision: null };
  const now = { apply: "applied", dismiss: "dismissed", undo: null }[decision];
  turn(mine, finding, { decision: now, value, before: { ...before, said: "" } });
  decide(finding, decision, value);
  mine.undo.disabled = lastDecided() === null;
  mine.bar.classList.add("decided");
}

/** Show another state of a finding, and count it. */
function turn(mine, finding, state) {
  const before = listed(mine, finding);
  const card = mine.list.cards.get(finding.id);
  mine.states.set(finding.id, state);
  const kind = mine.answer.kinds.find((one) => one.kind === finding.kind);
  const by = card ? Number(listed(mine, finding)) - Number(before) : 0;
  if (kind) Object.assign(kind, { count: Math.max(0, kind.count + by), new: Math.max(0, kind.new + (finding.new ? by : 0)) });
  mine.head.showChoices(mine.wish, mine.answer);
  const heading = mine.stage.querySelector(`#kind-${CSS.escape(finding.kind)} .group-count`);
  if (heading && kind) heading.textContent = number(kind.count);
  if (!card) return;
  const focused = card.element.contains(document.activeElement);
  card.show(state);
  if (focused) card.element.focus({ preventScroll: true }); // the button that was pressed is gone
}

/** What the service said of decisions: those it refused are as they were, with what it said. */
function told(mine, name, detail) {
  if (name === "sending") return void fill(mine.saved, "Saving …");
  if (name === "saved") return void fill(mine.saved, "Saved");
  if (name === "failed") {
    const again = el("button", { type: "button", class: "link", on: { click: () => void deliver() } }, "Try again");
    const lost = detail.code === "no-answer"; // it is tried again as soon as the shop is back
    fill(mine.saved, lost ? "Not saved yet: the shop does not answer." : `Not saved: ${detail.message} ${detail.nextStep}`, " ", !lost && again);
    if (detail.status === 401 || detail.status === 403) mine.rights.show(mine.session, false);
    return;
  }
  for (const [at, one] of detail.refused.entries()) {
    const id = one.finding ?? detail.sent[at]?.finding;
    const card = mine.list.cards.get(id);
    forgetDecided(id);
    fill(mine.saved, `Not taken: ${one.message}`);
    if (card) turn(mine, card.finding, { ...(mine.states.get(id)?.before ?? { decision: null }), said: [one.message, one.next_step].filter(Boolean).join(" ") });
  }
}

function act(mine, name, value) {
  if (!mine.answer) return;
  const cards = [...mine.stage.querySelectorAll(".finding")].filter((one) => one.offsetParent !== null);
  const at = cards.findIndex((one) => one.contains(document.activeElement));
  const card = mine.list.cards.get(cards[at]?.dataset.finding);
  if (name === "step") return void move(cards, at < 0 ? (value > 0 ? 0 : -1) : at + value);
  if (name === "undo") return mine.may && takeBack(mine, card);
  if (!card) return;
  if (name === "look") return card.look();
  if (!mine.may || mine.states.get(card.finding.id)?.decision) return;
  card.acts?.act(name);
  if (name !== "other" && mine.states.get(card.finding.id)?.decision) move(cards, cards.findIndex((one, place) => place > at && !one.dataset.state));
}

function move(cards, at) {
  const card = cards[at];
  card?.focus({ preventScroll: true });
  card?.scrollIntoView({ block: "nearest", behavior: "instant" });
}

/** Take back what was decided of this card, else the last decision. */
function takeBack(mine, card) {
  const finding = card && mine.states.get(card.finding.id)?.decision ? card.finding : lastDecided();
  if (!finding) return;
  decided(mine, finding, "undo");
  const element = mine.list.cards.get(finding.id)?.element;
  if (element) move([element], 0);
  announce("Taken back");
}

async function ended(mine, job) {
  if (job.state === "stopped") announce("The examination was stopped");
  await show(mine, mine.place).catch((problem) => problem.name !== "AbortError" && Promise.reject(problem));
  if (job.state === "done") announce("The catalogue was examined");
}

function farOf({ doing, done, total }) {
  const words = doing || "Examining";
  return total ? `${words}: ${number(done)} of ${number(total)}` : `${words} …`;
}
