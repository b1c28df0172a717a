// The head of a table before it is sent: its columns, its first rows, how many there are.

const ROWS = 3;
const MOST = 24 * 1024 * 1024; // characters counted; what is longer is counted by the service
const PICTURE = /\.(jpe?g|jpe|jfif|png|webp|gif|avif|bmp|tiff?)$/i;
const JSON_MOST = 16 * 1024 * 1024;

/** Whether a cell names a picture file, and no address. */
export const namesPicture = (cell) => PICTURE.test(cell.trim()) && !/^[a-z][a-z0-9+.-]+:|^\/\//i.test(cell.trim());

/**
 * {columns, rows, count, more, named} of a table, `count` null where only the service can tell and `more` true
 * where it is at least that; `named` are the cells that name picture files, where the table has separators.
 * null where it has no head that can be read here.
 */
export async function tableHead(file) {
  const name = file.name.toLowerCase().replace(/\.gz$/, "");
  if (/\.(parquet|pq)$/.test(name)) return null;
  try {
    if (/\.(jsonl|ndjson)$/.test(name)) return await linesHead(file);
    if (/\.json$/.test(name)) return file.size > JSON_MOST ? null : await jsonHead(file);
    return await rowsHead(file);
  } catch {
    return null; // the service says what is wrong with it
  }
}

function texts(file) {
  const bytes = /\.gz$/i.test(file.name) ? file.stream().pipeThrough(new DecompressionStream("gzip")) : file.stream();
  return bytes.pipeThrough(new TextDecoderStream());
}

async function* chunks(file) {
  const reader = texts(file).getReader();
  try {
    for (let read = 0; read < MOST; ) {
      const { done, value } = await reader.read();
      if (done) return;
      read += value.length;
      yield value;
    }
    yield null; // there is more
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** Rows of a table with separators, its quoted line ends kept. */
async function rowsHead(file) {
  const first = [];
  const state = { row: [""], quoted: false, count: 0, more: false, separator: "", pictures: new Set(), named: new Set() };
  for await (const chunk of chunks(file)) {
    if (chunk === null) state.more = true;
    else count(chunk, state, first);
  }
  finish(state, first);
  if (first.length <= ROWS) lookForPictures(state, first);
  const [columns = [], ...rows] = first;
  return { columns, rows, count: Math.max(state.count - 1, 0), more: state.more, named: state.named };
}

function count(chunk, state, first) {
  state.separator ||= separatorOf(chunk);
  for (const letter of chunk) {
    if (letter === '"') state.quoted = !state.quoted;
    else if (!state.quoted && letter === "\n") finish(state, first);
    else if (!state.quoted && letter === state.separator) state.row.push("");
    else if (first.length > ROWS && !state.pictures.has(state.row.length - 1)) state.row[0] ||= "x"; // only counted from here on
    else if (letter !== "\r" && letter !== "\ufeff") state.row[state.row.length - 1] += letter;
  }
}

function finish(state, first) {
  if (state.row.length > 1 || state.row[0]) {
    if (first.length > ROWS) note(state, state.row);
    else if (first.push(state.row) > ROWS) lookForPictures(state, first);
    state.count += 1;
  }
  state.row = [""];
}

/** The columns of the first rows that name picture files, and what they name. */
function lookForPictures(state, [, ...rows]) {
  for (const row of rows) row.forEach((cell, at) => namesPicture(cell) && state.pictures.add(at));
  for (const row of rows) note(state, row);
}

function note(state, row) {
  for (const at of state.pictures) if (namesPicture(row[at] ?? "")) state.named.add(row[at].trim());
}

function separatorOf(text) {
  const line = text.split("\n", 1)[0];
  const counts = [",", ";", "\t", "|"].map((mark) => [mark, line.split(mark).length]);
  return counts.sort((one, other) => other[1] - one[1])[0][0];
}

async function linesHead(file) {
  const state = { rest: "", count: 0, more: false };
  const objects = [];
  for await (const chunk of chunks(file)) {
    if (chunk === null) {
      state.more = true;
      continue;
    }
    const lines = (state.rest + chunk).split("\n");
    state.rest = lines.pop();
    take(lines, state, objects);
  }
  take([state.rest], state, objects);
  return { ...asTable(objects), count: state.count, more: state.more };
}

function take(lines, state, objects) {
  for (const line of lines) {
    if (!line.trim()) continue;
    if (objects.length < ROWS) objects.push(JSON.parse(line));
    state.count += 1;
  }
}

async function jsonHead(file) {
  const value = JSON.parse(await new Response(texts(file).pipeThrough(new TextEncoderStream())).text());
  const list = Array.isArray(value) ? value : value.products;
  return Array.isArray(list) ? { ...asTable(list.slice(0, ROWS)), count: list.length, more: false } : null;
}

function asTable(objects) {
  const columns = [...new Set(objects.flatMap((one) => Object.keys(one)))];
  const text = (value) => (value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value));
  return { columns, rows: objects.map((one) => columns.map((column) => text(one[column]))) };
}
