/** Amounts in a currency, as people read them. */

const formats = new Map();

/** @param {{amount: number, currency: string} | null | undefined} price "" when there is none */
export function money(price) {
  if (!price) return "";
  return format(price.currency, Number.isInteger(price.amount) ? 0 : 2).format(price.amount);
}

/** An amount in whole units, for sliders and chips. */
export const roughly = (amount, currency) => format(currency, Number.isInteger(amount) ? 0 : 2).format(amount);

/** A text with its amounts ("37.00 EUR") as people read them. */
export const priced = (text) => text.replace(/(\d+(?:\.\d+)?) ([A-Z]{3})\b/g, (_, amount, currency) => roughly(Number(amount), currency));

function format(currency, digits) {
  const key = `${currency} ${digits}`;
  if (!formats.has(key)) formats.set(key, build(currency, digits));
  return formats.get(key);
}

function build(currency, digits) {
  const shape = { minimumFractionDigits: digits, maximumFractionDigits: Math.max(digits, 0) };
  try {
    if (currency) return new Intl.NumberFormat("en-GB", { style: "currency", currency, ...shape });
  } catch {
    // a code that is no currency: the number alone, with the code after it
    const plain = new Intl.NumberFormat("en-GB", shape);
    return { format: (amount) => `${plain.format(amount)} ${currency}` };
  }
  return new Intl.NumberFormat("en-GB", shape);
}
