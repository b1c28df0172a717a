/** Products as examples: what is found shall be like some of them, and unlike others. */

/** What an answer is asked for on this page, wherever nothing else is said. */
export const ALWAYS = { stock: "first" };

/** @typedef {{like: string[], unlike: string[]}} Examples ids, in the order in which they came */

/** The examples that an address names. @param {URLSearchParams} params @returns {Examples} */
export function examplesOf(params) {
  const [like, unlike] = ["like", "unlike"].map((name) => [...new Set(params.getAll(name).filter(Boolean))]);
  return { like, unlike: unlike.filter((id) => !like.includes(id)) };
}

/** Examples with one more; one that was on the other side changes over. @param {"like" | "unlike"} side */
export function withExample(examples, side, id) {
  const { like, unlike } = without(examples, id);
  return side === "like" ? { like: [...like, id], unlike } : { like, unlike: [...unlike, id] };
}

/** Examples without one of them. */
export function without({ like, unlike }, id) {
  const other = (one) => one !== id;
  return { like: like.filter(other), unlike: unlike.filter(other) };
}

/** How many there are. */
export const countExamples = ({ like, unlike }) => like.length + unlike.length;
