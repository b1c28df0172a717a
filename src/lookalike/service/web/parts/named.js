/** How columns and numbers are told. */

/** "base_colour" and "baseColour" as people read them: "Base colour". */
export function named(name) {
  const words = name
    .replace(/^attributes\./, "")
    .replace(/[_-]+/g, " ")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .trim()
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export const number = (many) => many.toLocaleString("en-GB");

/** "3 pictures", "1 picture". */
export const counted = (many, one, more = `${one}s`) => `${number(many)} ${many === 1 ? one : more}`;
