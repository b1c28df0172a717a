/** The grammar of `where`, read and written: terms of a field, an operator and values. */

const TERM = /(?:^|\s)("(?:[^"]|"")*"|[^\s"=!<>~|]+)\s*(<=|>=|!=|=|<|>|~)\s*((?:"(?:[^"]|"")*"|[^\s"|]+)(?:\|(?:"(?:[^"]|"")*"|[^\s"|]+))*)/g;

/** A term: a field that equals one of some values, or with "!=" none; "" without values. */
export function term(field, values, operator = "=") {
  return values.length ? `${quoted(field)}${operator}${values.map(quoted).join("|")}` : "";
}

/** The terms of a filter, as the service writes it. @returns {{field: string, op: string, values: string[]}[]} */
export function termsOf(where) {
  return [...(where ?? "").matchAll(TERM)].map(([, field, op, values]) => ({
    field: plain(field),
    op,
    values: values.match(/"(?:[^"]|"")*"|[^|]+/g).map(plain),
  }));
}

/** An amount with its currency, as a filter says it: "21.9EUR". @returns {{amount: number, currency: string} | null} */
export function amountOf(text) {
  const [, amount, currency] = /^(\d+(?:\.\d+)?)([A-Za-z]{3})?$/.exec(text) ?? [];
  return amount === undefined ? null : { amount: Number(amount), currency: (currency ?? "").toUpperCase() };
}

/** A field or value in double quotes, as a filter always takes it; one within is written twice. */
function quoted(text) {
  return `"${text.replaceAll('"', '""')}"`;
}

function plain(text) {
  return text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;
}
