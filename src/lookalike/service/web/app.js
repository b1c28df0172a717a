/** Where the page starts: its routes, its header, and the banner when the service is gone. */

import { get, service } from "./api.js";
import { header, tools } from "./parts/header.js";
import { watchService } from "./parts/offline.js";
import { again, go, start } from "./router.js";

/** The views by address; the last one answers for every other address. */
const ROUTES = [
  { name: "shop", pattern: /^\/$/, load: () => import("./views/shop.js") },
  { name: "product", pattern: /^\/product\/.+/, load: () => import("./views/product.js") },
  { name: "photo", pattern: /^\/photo\/?$/, load: () => import("./views/photo.js") },
  { name: "imagine", pattern: /^\/imagine\/?$/, load: () => import("./views/imagine.js") },
  { name: "for-you", pattern: /^\/for-you\/?$/, load: () => import("./views/for-you.js") },
  { name: "outfit", pattern: /^\/outfit\/?$/, load: () => import("./views/outfit.js") },
  { name: "add", pattern: /^\/add\/?$/, load: () => import("./views/add.js") },
  { name: "duplicates", pattern: /^\/duplicates\/?$/, load: () => import("./views/duplicates.js") },
  { name: "doctor", pattern: /^\/doctor\/?$/, load: () => import("./views/doctor.js") },
  { name: "explore", pattern: /^\/explore\/?$/, load: () => import("./views/explore.js") },
  { name: "missing", pattern: /^(?!.*)/, load: () => import("./views/missing.js") },
];

header(document.querySelector(".top"), go);
tools(document.querySelector(".top"));
watchService(document.querySelector("#banner"), again);
service.addEventListener("key", async () => {
  document.documentElement.classList.add("locked"); // at once: what could not be shown is not seen behind the dialog
  (await import("./parts/key.js")).askForKey(again);
});
await start(ROUTES, document.querySelector("#main"), document.querySelector("#announcer"));

// Imagining is offered where there is a generator. Where nobody may write, adding and reviewing are not offered;
// with keys they are, since one may have one.
const may = await get("/v1/session").catch(() => null);
document.documentElement.classList.toggle("imagines", Boolean(may?.imagine));
if (may && !may.write && !may.keys) {
  for (const link of document.querySelectorAll(".tools .top-link:not(.reads)")) link.classList.add("off");
}
