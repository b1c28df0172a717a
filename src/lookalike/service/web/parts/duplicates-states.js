/** What the review says where there is no group to show, and where not every picture was looked at. */

import { address } from "../api.js";
import { el, icon } from "./el.js";
import { jobLine } from "./job-line.js";
import { notice } from "./notice.js";
import { reviewAddress } from "./duplicates-head.js";

const number = (many) => many.toLocaleString("en-GB");
const link = (href, words, kind = "button") => el("a", { class: kind, href }, words);

/** Nothing to show under a wish: why, and what to do. @param {any} answer @param {any} wish */
export function nothing(answer, wish) {
  if (!answer.pictures) {
    return notice({ title: "There is nothing in this shop yet", text: "Pictures that are there twice show up here once products are added.", mark: "plus", actions: [link("/add", "Add products")] });
  }
  const everything = { ...wish, kind: "", product: "", show: "all", at: 0 };
  if (wish.show === "" && answer.reviewed) {
    return notice({
      title: wish.kind || wish.product ? "Everything here is reviewed" : "Everything is reviewed",
      text: "The CSV tells which products to merge and which pictures to drop. Nothing was deleted.",
      mark: "check",
      actions: [
        el("a", { class: "button", href: address("/v1/duplicates.csv", { kinds: wish.kind, product: wish.product }), download: "duplicates.csv" }, icon("table"), "Decisions as CSV"),
        link(reviewAddress({ ...wish, show: "reviewed", at: 0 }), "See what was decided", "button quiet"),
      ],
    });
  }
  if (wish.show === "reviewed" && answer.left) {
    return notice({ title: "Nothing is reviewed yet", text: `${number(answer.left)} ${answer.left === 1 ? "group waits" : "groups wait"} for you.`, mark: "alike", actions: [link(reviewAddress({ ...wish, show: "", at: 0 }), "Begin")] });
  }
  if (wish.kind || wish.product) {
    return notice({ title: wish.product ? "No other picture is the same" : "No picture is there twice in this way", text: "There may be groups of other kinds.", mark: "check", actions: [link(reviewAddress(everything), "Show everything found")] });
  }
  if (!answer.complete && !answer.looked_at) {
    return notice({ title: "Nobody has looked yet", text: `The ${number(answer.pictures)} pictures of this shop were not compared with one another so far.`, mark: "alike" });
  }
  return notice({
    title: "No picture is there twice",
    text: answer.complete ? `All ${number(answer.pictures)} pictures were compared.` : `${number(answer.looked_at)} of ${number(answer.pictures)} pictures were compared so far.`,
    mark: "check",
    actions: [link("/", "To the shop", "button quiet")],
  });
}

/** The list is over; `skipped` groups in it were put off. `back` goes to the first one to see again. */
export function atTheEnd(skipped, back) {
  const text = skipped === 0 ? "All of its groups are decided." : `${skipped === 1 ? "One group was" : `${number(skipped)} groups were`} left for later.`;
  const words = skipped === 0 ? "Once more from the start" : "Go through them";
  return notice({ title: "This is the end of the list", text, mark: "alike", actions: [el("button", { type: "button", class: "button", on: { click: back } }, icon("back"), words)] });
}

/**
 * The line that says how many pictures were looked at, and looks at the others.
 * @param {{signal: AbortSignal, onend: () => void}} own `onend` hears when a look is over
 */
export function lookingLine({ signal, onend }) {
  const line = jobLine({ signal, onend, kind: "duplicates", path: "/v1/duplicates", said: "Looking at the pictures", words: wordsOf });

  function show(answer, may) {
    const { pictures, looked_at: seen } = answer;
    const words = answer.complete || !pictures ? "" : `${number(seen)} of ${number(pictures)} pictures were looked at so far.`;
    return line.show(words, words && may && (seen ? `Look at the other ${number(pictures - seen)}` : "Look at all pictures"));
  }

  return { element: line.element, show };
}

const wordsOf = ({ done, total }) => (total ? `Looking: ${number(done)} of ${number(total)} pictures` : "Looking …");
