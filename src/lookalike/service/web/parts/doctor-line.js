/** On a product's page, for those who may mend it: what the doctor found. */

import { get } from "../api.js";
import { doctorAddress } from "./doctor-address.js";
import { el } from "./el.js";
import { counted } from "./named.js";

/** Resolves to what was found of a product, {says, total}; null where nothing was, or where one may not mend it. */
export async function findingsOf(id, { signal }) {
  const session = await get("/v1/session", { signal, kept: true }).catch(() => null);
  if (!session?.write) return null;
  const answer = await get("/v1/doctor", { params: { product: id, limit: 1 }, signal }).catch(() => null);
  return answer?.total ? { says: answer.findings[0].evidence.says, total: answer.total } : null;
}

/** The line; null without findings. */
export function findingsLine(id, found) {
  if (!found) return null;
  const more = found.total - 1;
  return el("p", { class: "copies" }, "The doctor found: ", el("span", { dir: "auto" }, found.says), more > 0 && ` And ${counted(more, "other thing")}.`, " ", el("a", { href: doctorAddress({ product: id }) }, "Decide"));
}
