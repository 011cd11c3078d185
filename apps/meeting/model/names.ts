/** One or two letters for someone whose picture is not shown. */
export function initials(name: string): string {
  const words = name
    .trim()
    .split(/[\s_.-]+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
  const first = letter(words[0]);
  const last = words.length > 1 ? letter(words.at(-1)) : "";
  return first + last || "?";
}

function letter(word: string | undefined): string {
  return (/[\p{L}\p{N}]/u.exec(word ?? "")?.[0] ?? "").toLocaleUpperCase();
}

export const TINTS = 8;

/** The same person has the same colour on every screen: FNV-1a of the name, modulo the number of tints. */
export function tintOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const char of name) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193) >>> 0;
  return hash % TINTS;
}

export const LONGEST_NAME = 80;

/** As the server wants a name: trimmed, single spaces, 1-80 characters. Empty if there is none. */
export function tidyName(text: string): string {
  return [...text.replace(/\s+/g, " ").trim()].slice(0, LONGEST_NAME).join("").trim();
}
