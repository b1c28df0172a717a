/** What a person decides about findings: sent, and taken back in the order it was said. */

import { outboxOf } from "./outbox.js";

const REMEMBERED = 100; // decisions that can be taken back

const box = outboxOf({ path: "/v1/doctor/decisions", name: "decisions", key: ({ finding }) => finding });
let history = []; // it outlives the view, as what is sent does

/** Speaks of sending; `deliver` sends what waits. */
export const { desk, deliver } = box;

/** Decide about a finding: "apply", with a value of one's own where `value` is given, "dismiss" or "undo". */
export function decide(finding, decision, value) {
  history = history.filter((one) => one.id !== finding.id);
  if (decision !== "undo") history = [...history, finding].slice(-REMEMBERED);
  box.post([{ finding: finding.id, decision, ...(value === undefined ? {} : { value }) }]);
}

/** The finding that was decided last, null when there is none. */
export const lastDecided = () => history.at(-1) ?? null;

/** What was refused cannot be taken back. */
export const forgetDecided = (id) => void (history = history.filter((one) => one.id !== id));
