import { FilterParser } from "ldapts";
import { textOf } from "#base";
import { fail } from "../errors.ts";

const EVERYTHING = "(objectClass=*)";

/** What RFC 4515 section 3 wants escaped, and every control character. */
export function escapeFilterValue(value: string): string {
  return value.replace(/[\\*()\p{Cc}]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join(""),
  );
}

/** The filter in brackets, checked; all entries if it is empty. Throws LDAP_FILTER_WRONG. */
export function checkedFilter(filter: string | undefined): string {
  const text = filter?.trim() || EVERYTHING;
  const bracketed = text.startsWith("(") ? text : `(${text})`;
  try {
    if (!isOnePair(bracketed)) throw new Error("its brackets do not match");
    FilterParser.parseString(bracketed);
    return bracketed;
  } catch (error) {
    throw fail("LDAP_FILTER_WRONG", { filter: JSON.stringify(text.slice(0, 80)), why: textOf(error) }, error);
  }
}

/** Brackets open and close once around everything. In values they are written as \\28 and \\29. */
function isOnePair(text: string): boolean {
  let depth = 0;
  const characters = [...text];
  for (const [index, character] of characters.entries()) {
    if (character === "(") depth++;
    if (character === ")") depth--;
    if (depth === 0 && index < characters.length - 1) return false;
  }
  return depth === 0;
}

/** Entries for which both are true. */
export function both(one: string, other: string): string {
  return `(&${one}${other})`;
}
