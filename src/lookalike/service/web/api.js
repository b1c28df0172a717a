/** The shop's answers over HTTP: JSON in, JSON out, problems with a code and a next step. */

const KEPT = 60; // answers kept for going back
const FRESH = 120_000; // milliseconds for which a kept answer may be shown again
const memory = new Map();

/** Speaks of the service: "gone" when it does not answer, "back" when it does again, "key" when it wants a key. */
export const service = new EventTarget();
let gone = false;

/** What went wrong, as the service said it or as the page found it. */
export class ApiProblem extends Error {
  /** @param {{title?: string, detail?: string, code?: string, next_step?: string, status?: number, request_id?: string}} said */
  constructor(said) {
    super(said.detail || said.title || "Something went wrong.");
    this.code = said.code ?? "unknown";
    this.nextStep = said.next_step ?? "";
    this.status = said.status ?? 0;
    this.requestId = said.request_id ?? "";
  }
}

/** An address with a query. Lists become repeated names; null, undefined and "" are left out. */
export function address(path, params = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== null && one !== undefined && one !== "") query.append(name, String(one));
    }
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/** The address of something of a product: ids may hold slashes, spaces and any letters. */
export const productPath = (id) => `/product/${encodeURIComponent(id)}`;

/**
 * Ask for JSON. With `kept`, as on the way back, the answer may come from memory when it is younger than two
 * minutes and nothing was written from this page meanwhile. Rejects with `ApiProblem`, or with an AbortError.
 * @param {string} path
 * @param {{params?: Record<string, any>, signal?: AbortSignal, kept?: boolean}} [options]
 */
export async function get(path, { params, signal, kept = false } = {}) {
  const url = address(path, params);
  const before = memory.get(url);
  if (kept && before && Date.now() - before.at < FRESH) return before.answer;
  const answer = await ask(url, { signal });
  memory.delete(url);
  memory.set(url, { at: Date.now(), answer });
  if (memory.size > KEPT) memory.delete(memory.keys().next().value);
  return answer;
}

/**
 * Send something. A plain object or list is written as JSON; FormData, Blob and text go as they are.
 * @param {"POST" | "DELETE" | "PUT"} method
 * @param {string} path
 * @param {any} [body]
 * @param {{params?: Record<string, any>, signal?: AbortSignal, headers?: Record<string, string>, keepalive?: boolean}} [options]
 *   `keepalive` lets it arrive though the page is left; for bodies below 64 KiB
 */
export async function send(method, path, body, { params, signal, headers = {}, keepalive = false } = {}) {
  const plain =
    body !== undefined && !(body instanceof FormData) && !(body instanceof Blob) && typeof body !== "string";
  const answer = await ask(address(path, params), {
    method,
    signal,
    keepalive,
    headers: plain ? { "Content-Type": "application/json", ...headers } : headers,
    body: plain ? JSON.stringify(body) : body,
  });
  if (!path.startsWith("/v1/search") && !path.startsWith("/v1/similar")) forget();
  return answer;
}

/** Forget the kept answers: the catalogue has changed. */
export function forget() {
  memory.clear();
}

async function ask(url, options) {
  const response = await reach(url, options);
  const json = /[/+]json/.test(response.headers.get("content-type") ?? "");
  const said = json ? await response.json().catch(() => null) : null;
  if (response.ok && (said !== null || response.status === 204)) return said;
  const problem = new ApiProblem({
    title: `The shop answered ${response.status} ${response.statusText}`.trim() + ".",
    code: response.ok ? "not-json" : `http-${response.status}`,
    next_step: "Try again.",
    ...said,
    status: response.status,
  });
  if (response.status === 401 && url !== "/v1/session") service.dispatchEvent(new Event("key"));
  throw problem;
}

async function reach(url, options) {
  try {
    const response = await fetch(url, {
      credentials: "same-origin",
      ...options,
      headers: { Accept: "application/json", ...options?.headers },
    });
    if (gone) report(false);
    return response;
  } catch (error) {
    if (error.name === "AbortError") throw error;
    if (!gone) report(true);
    throw new ApiProblem({
      detail: "The shop does not answer.",
      code: "no-answer",
      next_step: "It is tried again by itself.",
    });
  }
}

function report(isGone) {
  gone = isGone;
  service.dispatchEvent(new Event(gone ? "gone" : "back"));
}

/** Whether the service answers now; says "back" to those who listen when it does again. */
export async function isThere() {
  try {
    await reach("/health/live", { cache: "no-store" });
    return true;
  } catch {
    return false;
  }
}
