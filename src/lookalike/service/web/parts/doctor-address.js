/** The address of the doctor's page, and what it asks for. */

import { address } from "../api.js";

/** The sections of findings, and what they are called. */
export const SECTIONS = new Map([
  ["pictures", "Pictures"],
  ["tags", "Tags"],
  ["table", "Table"],
  ["shelves", "Shelves"],
]);

/** How sure findings are to be, and the least confidence the service is asked for. */
export const SURE = new Map([
  ["", ["At least likely", null]],
  ["sure", ["Sure ones only", 0.8]],
  ["all", ["Doubtful, too", 0]],
]);

/**
 * What an address asks for. @param {URLSearchParams} params
 * @typedef {{show: string, section: string, kind: string, product: string, sure: string, fresh: boolean}} Wish
 * @returns {Wish}
 */
export function wishOf(params) {
  const one = (name, known) => (known.has(params.get(name)) ? params.get(name) : "");
  return {
    show: params.get("show") === "decided" ? "decided" : "",
    section: one("section", SECTIONS),
    kind: params.get("kind") ?? "",
    product: params.get("product") ?? "",
    sure: one("sure", SURE),
    fresh: params.get("new") === "true",
  };
}

/** The address of the page under a wish. @param {Partial<Wish>} wish */
export const doctorAddress = ({ show, section, kind, product, sure, fresh }) =>
  address("/doctor", { product, section: kind ? "" : section, kind, sure, new: fresh || null, show });

/** What the service is asked for. @param {Wish} wish */
export const askedOf = ({ show, section, kind, product, sure, fresh }) => ({
  kind,
  section: kind ? "" : section,
  product,
  confidence: SURE.get(sure)[1],
  new: fresh || null,
  dismissed: show === "decided" || null,
});
