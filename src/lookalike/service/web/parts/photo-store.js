// Photos kept on this device, in IndexedDB, each under a random key. Nothing here talks to the service.

const NAME = "lookalike-photos";
const STORE = "photos";
const MOST = 20;
const OLDEST = 7 * 24 * 60 * 60 * 1000;

const unkept = new Map(); // where the browser gives no IndexedDB: for as long as the page is open
let opening;

function open() {
  opening ??= new Promise((resolve) => {
    let request;
    try {
      request = indexedDB.open(NAME, 1);
    } catch {
      return resolve(null);
    }
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "key" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = request.onblocked = () => resolve(null);
  });
  return opening;
}

async function run(mode, act) {
  const base = await open();
  if (!base) return undefined;
  return new Promise((resolve, reject) => {
    const work = base.transaction(STORE, mode);
    const request = act(work.objectStore(STORE));
    work.oncomplete = () => resolve(request?.result);
    work.onerror = work.onabort = () => reject(work.error ?? new Error("This browser could not keep the photo."));
  });
}

function randomKey() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Keeps a photo {blob, name, width, height, shown} and returns its key; the oldest ones go. */
export async function keepPhoto(photo) {
  const row = { ...photo, key: randomKey(), at: Date.now() };
  try {
    await run("readwrite", (store) => store.put(row));
    await dropOld();
  } catch {
    unkept.set(row.key, row); // a full disk, or a private window
  }
  if (!(await open())) unkept.set(row.key, row);
  return row.key;
}

/** The photo under a key, or undefined: this device never had it, or it was dropped. */
export async function findPhoto(key) {
  await dropOld();
  return unkept.get(key) ?? (await run("readonly", (store) => store.get(key)).catch(() => undefined));
}

/** All photos of this device, the newest first. */
export async function keptPhotos() {
  await dropOld();
  return all();
}

export async function forgetPhoto(key) {
  unkept.delete(key);
  await run("readwrite", (store) => store.delete(key)).catch(() => {});
}

async function all() {
  const rows = (await run("readonly", (store) => store.getAll()).catch(() => [])) ?? [];
  return [...rows, ...unkept.values()].sort((one, other) => other.at - one.at);
}

/** A week is over, or there are too many. */
async function dropOld() {
  const old = (await all()).filter((photo, at) => at >= MOST || Date.now() - photo.at > OLDEST);
  for (const photo of old) await forgetPhoto(photo.key);
}
