// <lookalike-shelf product="0007">: a shelf of products that look like one, for any page of a shop.
// One file without dependencies; docs/guide/shelf.md tells how to use it.

const HOME = new URL(import.meta.url).origin;
const NEAR = "400px";
const MOST = 48;

const STYLE = `
:host { display: block; container-type: inline-size; color: var(--lookalike-text, inherit);
  font-family: var(--lookalike-font, inherit); text-align: start; }
:host([hidden]) { display: none; }
section { margin-block: var(--lookalike-margin, 1.5rem); }
h2 { font-size: var(--lookalike-heading, 1.25em); line-height: 1.25; margin: 0 0 0.75em; font-weight: 650; }
ul { list-style: none; margin: 0; padding: 4px; margin-inline: -4px; display: grid; gap: var(--lookalike-gap, 1rem);
  grid-auto-flow: column; grid-auto-columns: minmax(8.5rem, 42%);
  overflow-x: auto; scroll-snap-type: x proximity; scroll-padding-inline: 4px; scrollbar-width: thin; }
li { scroll-snap-align: start; min-width: 0; display: grid; }
a, .waits { display: flex; flex-direction: column; min-width: 0; overflow: hidden; color: inherit; text-decoration: none;
  border-radius: var(--lookalike-radius, 10px);
  background: var(--lookalike-card, color-mix(in srgb, currentColor 5%, transparent)); }
a:focus-visible { outline: 3px solid var(--lookalike-accent, currentColor); outline-offset: 1px; }
.picture { aspect-ratio: var(--lookalike-ratio, 4 / 5); overflow: hidden;
  background: var(--lookalike-picture, color-mix(in srgb, currentColor 8%, transparent)); }
img { width: 100%; height: 100%; display: block; object-fit: var(--lookalike-fit, cover); transition: scale 0.25s ease; }
img:not([src]) { visibility: hidden; }
.words { display: grid; gap: 0.2em; padding: 0.65em 0.75em 0.8em; font-size: 0.925em; line-height: 1.35; }
.title { overflow: hidden; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; }
a:hover .title { text-decoration: underline; text-decoration-color: var(--lookalike-accent, currentColor);
  text-underline-offset: 0.2em; }
.brand { font-size: 0.85em; opacity: 0.78; }
.price { font-weight: 650; color: var(--lookalike-accent, inherit); }
.waits .words::before, .waits .words::after { content: ""; height: 0.8em; border-radius: 4px;
  background: color-mix(in srgb, currentColor 10%, transparent); }
.waits .words::after { width: 45%; }
@media (hover: hover) and (prefers-reduced-motion: no-preference) { a:hover img { scale: 1.035; } }
@media (prefers-reduced-motion: no-preference) {
  .waits { animation: breathe 1.6s ease-in-out infinite alternate; }
  @keyframes breathe { to { opacity: 0.55; } } }
@container (min-width: 34rem) {
  ul { grid-auto-flow: row; overflow: visible; grid-template-columns: repeat(var(--lookalike-columns, 3), minmax(0, 1fr)); } }
@container (min-width: 48rem) { ul { grid-template-columns: repeat(var(--lookalike-columns, 4), minmax(0, 1fr)); } }
@container (min-width: 72rem) { ul { grid-template-columns: repeat(var(--lookalike-columns, 6), minmax(0, 1fr)); } }
`;

let sheet;
function style() {
  if (!sheet) (sheet = new CSSStyleSheet()).replaceSync(STYLE);
  return sheet;
}

/** An element of a class (also its part, for ::part) holding text or other elements. */
function make(tag, name, ...inside) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (name) element.setAttribute("part", name);
  element.append(...inside);
  return element;
}

/** An address a shopper may be sent to, or "": http and https, relative ones resolved against the page. */
function safe(link) {
  if (!link) return "";
  try {
    const url = new URL(link, document.baseURI);
    return /^https?:$/.test(url.protocol) ? url.href : "";
  } catch {
    return "";
  }
}

function money(price) {
  if (!price) return "";
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  const language = document.documentElement.lang || undefined;
  try {
    return new Intl.NumberFormat(language, { style: "currency", currency: price.currency }).format(price.amount);
  } catch {
    return `${price.amount.toLocaleString(undefined, digits)} ${price.currency}`.trim();
  }
}

class LookalikeShelf extends HTMLElement {
  static observedAttributes = ["product", "k", "where", "weights", "service", "key", "heading", "link-template"];

  #asked = null;
  #near = false;
  #planned = false;
  #watch = null;

  connectedCallback() {
    if (!this.shadowRoot) this.attachShadow({ mode: "open" }).adoptedStyleSheets = [style()];
    this.#near = false;
    this.#wait();
    this.#watch = new IntersectionObserver(
      (seen) => {
        if (!seen.some((one) => one.isIntersecting)) return;
        this.#watch.disconnect();
        this.#near = true;
        this.#plan();
      },
      { rootMargin: NEAR },
    );
    this.#watch.observe(this);
  }

  disconnectedCallback() {
    this.#watch?.disconnect();
    this.#asked?.abort();
  }

  attributeChangedCallback(name, before, now) {
    if (before !== now && this.#near) this.#plan();
  }

  /** Several attributes set in one go make one request. */
  #plan() {
    if (this.#planned) return;
    this.#planned = true;
    queueMicrotask(() => {
      this.#planned = false;
      if (this.isConnected) this.#load();
    });
  }

  get #service() {
    return new URL(this.getAttribute("service") || HOME, document.baseURI).href.replace(/\/+$/, "");
  }

  get #k() {
    const k = Number.parseInt(this.getAttribute("k") ?? "", 10);
    return k > 0 ? Math.min(k, MOST) : 12;
  }

  async #load() {
    this.#asked?.abort();
    const product = this.getAttribute("product");
    if (!product) return this.shadowRoot.replaceChildren();
    const asked = (this.#asked = new AbortController());
    try {
      const answer = await this.#ask(product, asked.signal);
      if (asked.signal.aborted) return;
      this.#show(answer, product);
    } catch (error) {
      if (asked.signal.aborted) return;
      this.shadowRoot.replaceChildren();
      this.#tell("lookalike-error", { product, message: error.message, code: error.code ?? "unreachable" });
    }
  }

  async #ask(product, signal) {
    const words = new URLSearchParams({ k: this.#k });
    for (const name of ["where", "weights"]) if (this.getAttribute(name)) words.set(name, this.getAttribute(name));
    const key = this.getAttribute("key");
    const headers = key ? { Authorization: `Bearer ${key}` } : {};
    const url = `${this.#service}/v1/similar/${encodeURIComponent(product)}?${words}`;
    const reply = await fetch(url, { headers, signal, credentials: "omit" });
    const answer = await reply.json().catch(() => ({}));
    if (reply.ok) return answer;
    throw Object.assign(new Error(answer.detail || `The service answered ${reply.status}.`), { code: answer.code });
  }

  #heading() {
    const heading = make("h2", "heading", this.getAttribute("heading") ?? "Looks like this");
    heading.id = "heading";
    return heading;
  }

  #shelf(items) {
    const list = make("ul", "list", ...items);
    list.setAttribute("role", "list");
    const section = make("section", "shelf", this.#heading(), list);
    section.setAttribute("aria-labelledby", "heading");
    return section;
  }

  #wait() {
    if (!this.getAttribute("product")) return this.shadowRoot.replaceChildren();
    const blank = () => make("li", "", make("div", "waits", make("div", "picture"), make("div", "words")));
    const shelf = this.#shelf(Array.from({ length: Math.min(this.#k, 12) }, blank));
    shelf.setAttribute("aria-busy", "true");
    shelf.querySelector("ul").setAttribute("aria-hidden", "true");
    this.shadowRoot.replaceChildren(shelf);
  }

  #show(answer, product) {
    const results = answer.results ?? [];
    const cards = results.map((result, at) => this.#card(result.product, at + 1, answer, product));
    if (cards.length) this.shadowRoot.replaceChildren(this.#shelf(cards));
    else this.shadowRoot.replaceChildren();
    if (this.hasAttribute("events")) import("./shelf-events.js").then(({ follow }) => follow(this, cards, answer, this.#service));
    this.#tell("lookalike-load", { product, count: cards.length, attribution: answer.attribution });
  }

  #card(one, position, answer, product) {
    const words = [make("span", "title", one.title || one.id)];
    if (one.brand) words.push(make("span", "brand", one.brand));
    const price = money(one.price);
    if (price) words.push(make("span", "price", price));
    const link = make("a", "card", make("div", "picture", ...this.#picture(one)), make("div", "words", ...words));
    link.href = this.#link(one);
    const detail = { product: one.id, position, attribution: answer.attribution, shelf: product };
    const clicked = (event) => event.button < 2 && this.#tell("lookalike-click", detail);
    link.addEventListener("click", clicked);
    link.addEventListener("auxclick", clicked);
    return make("li", "item", link);
  }

  #picture(one) {
    const first = one.pictures?.[0];
    const url = first && new URL(first.url, `${this.#service}/`);
    if (!url || !/^https?:$/.test(url.protocol)) return [];
    const key = this.getAttribute("key");
    if (key && url.origin === new URL(this.#service).origin) url.searchParams.set("key", key);
    const at = (width) => (url.searchParams.set("w", width), url.href);
    const img = make("img", "img");
    Object.assign(img, { loading: "lazy", decoding: "async", alt: "", sizes: "(max-width: 600px) 42vw, 256px" });
    img.srcset = `${at(256)} 256w, ${at(512)} 512w`;
    img.src = at(256);
    return [img];
  }

  #link(one) {
    const id = encodeURIComponent(one.id);
    const template = this.getAttribute("link-template");
    const own = template ? template.replaceAll("{id}", () => id) : one.link;
    return safe(own) || `${this.#service}/product/${id}`;
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}

if (!customElements.get("lookalike-shelf")) customElements.define("lookalike-shelf", LookalikeShelf);
