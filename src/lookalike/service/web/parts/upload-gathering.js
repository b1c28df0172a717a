// Files somebody dropped or chose, folders opened, and what they amount to: a table, its pictures, the rest.

const TABLES = /\.(csv|tsv|tab|psv|jsonl|ndjson|json|parquet|pq)(\.gz)?$/i;
const PARQUET = /\.(parquet|pq)$/i;
const PICTURES = /\.(jpe?g|jpe|jfif|png|webp|gif|avif|bmp|tiff?)$/i;
const HIDDEN = /(^|\/)(\.|__MACOSX\/|Thumbs\.db$|desktop\.ini$)/i;
const USUAL = ["products", "styles", "articles", "catalog", "catalogue", "metadata"]; // names of tables, as the reader of folders has them

/** @typedef {{file: File, path: string}} Entry a file and where it lay, with "/" between folders */

/** Entries of a drop, folders opened to the bottom. Takes hold of the drop before it returns. */
export async function fromDrop(transfer) {
  const tops = [...transfer.items].filter((item) => item.kind === "file").map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile());
  const found = [];
  for (const top of tops) await open(top, found);
  return withoutRoot(found);
}

/** Entries of a file input, one that takes folders too. */
export function fromFiles(files) {
  return withoutRoot([...files].map((file) => ({ file, path: file.webkitRelativePath || file.name })));
}

async function open(entry, found) {
  if (!entry) return;
  if (entry instanceof File) return void found.push({ file: entry, path: entry.name });
  const path = entry.fullPath.replace(/^\//, "");
  if (entry.isFile) return void found.push({ file: await new Promise((resolve, reject) => entry.file(resolve, reject)), path });
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject)); // a hundred at a time
    if (!some.length) return;
    for (const one of some) await open(one, found);
  }
}

/** One folder around everything says nothing; several top folders are kept, as they may be kinds. */
function withoutRoot(entries) {
  const root = entries[0]?.path.split("/")[0];
  const alone = entries.length && entries.every(({ path }) => path.startsWith(`${root}/`));
  return alone ? entries.map(({ file, path }) => ({ file, path: path.slice(root.length + 1) })) : entries;
}

/**
 * What entries amount to: {tables, table, pictures, left, bytes}. `tables` are those at the top, `table` the
 * one that lists the products, "" where nobody can tell; `left` are entries that will not be sent.
 */
export function amount(entries, chosen = "") {
  const seen = entries.filter(({ path }) => !HIDDEN.test(path));
  const pictures = seen.filter(({ path }) => PICTURES.test(path));
  const tables = seen.filter(({ path }) => TABLES.test(path) && !path.includes("/"));
  const shards = tables.length > 1 && tables.every(({ path }) => PARQUET.test(path));
  const table = chosen || (shards ? "" : guess(tables));
  const used = shards ? tables : tables.filter(({ path }) => path === table);
  const sent = [...used, ...pictures];
  const left = seen.filter((entry) => !sent.includes(entry));
  return { tables, used, table, shards, pictures, sent, left, bytes: sent.reduce((sum, { file }) => sum + file.size, 0) };
}

function guess(tables) {
  if (tables.length === 1) return tables[0].path;
  const usual = tables.filter(({ path }) => USUAL.includes(path.toLowerCase().split(".")[0]));
  return usual.length === 1 ? usual[0].path : "";
}

/** Bytes as people read them. */
export function size(bytes) {
  const units = ["bytes", "kB", "MB", "GB"];
  let at = 0;
  while (bytes >= 1000 && at < units.length - 1) [bytes, at] = [bytes / 1000, at + 1];
  return `${at && bytes < 10 ? bytes.toFixed(1) : Math.round(bytes)} ${units[at]}`;
}
