/** How findings are told to those who run the shop. */

import { priced } from "./money.js";
import { counted, named } from "./named.js";

const SURE = 0.8;
const LIKELY = 0.5;
const LONG = 40; // letters of a value on a button

/** How sure a finding is: a word, and the share of such findings that hold; what was read or counted is certain. */
export function sureness(confidence) {
  if (confidence >= 1) return { word: "Certain", share: "" };
  const word = confidence >= SURE ? "Sure" : confidence >= LIKELY ? "Likely" : "Perhaps";
  return { word, share: `${Math.min(99, Math.round(100 * confidence))}%` };
}

/** The name of the column a finding is about. */
export const column = ({ field }) => (field ? named(field) : "");

/** A value in few words: the last level of a category's path, an amount as people read it. */
export const brief = (value, { field } = {}) => (field === "price" ? priced(value) : value.split(" > ").at(-1).trim() || value);

/** A value as the table says it, an amount as people read it. */
export const whole = (value, { field }) => (field === "price" ? priced(value) : value);

const short = (words) => (words.length > LONG ? `${words.slice(0, LONG).trimEnd()} …` : words);

/** What one click would do, in few words; "" where the page can do nothing. */
export function applying(finding) {
  const { kind, suggestion, products } = finding;
  if (kind === "variants-split") return products.length > 1 ? "Put them in one group" : "Put it in the group";
  if (kind === "variants-joined") return "Take out of the group";
  return suggestion ? `${finding.value ? "Change to" : "Fill in"} “${short(brief(suggestion, finding))}”` : "";
}

/** What was done. */
export function applied(finding, value) {
  const { kind, products } = finding;
  if (kind === "variants-split") return `${products.length > 1 ? "They are" : "It is"} in the group “${value}” now.`;
  if (kind === "variants-joined") return "Taken out of the group.";
  return `${finding.value ? "Changed to" : "Filled in:"} “${whole(value, finding)}”.`;
}

/** "just now", "5 minutes ago", "3 hours ago", "on 4 May 2026". `moment` in milliseconds. */
export function ago(moment, now = Date.now()) {
  const minutes = Math.round((now - moment) / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${counted(minutes, "minute")} ago`;
  if (minutes < 24 * 60) return `${counted(Math.round(minutes / 60), "hour")} ago`;
  return `on ${new Date(moment).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" })}`;
}
