import { textOf } from "#base";
import { fail } from "../errors.ts";
import { escapeFilterValue } from "./filter.ts";

/** Attribute names in lower case, first value of each. */
export type Attributes = ReadonlyMap<string, string>;

/** A field made of attributes: "$sAMAccountName$@example.com", "$mail|'/@.*$//'$". */
export interface Mapping {
  /** In lower case. */
  readonly attributes: readonly string[];
  /** Undefined if an attribute that it needs is not there, or the result is empty. */
  apply(attributes: Attributes): string | undefined;
  /** A filter that finds the entry from whose attributes `result` was made; undefined if that cannot be told. */
  filterFor(result: string): string | undefined;
}

type Piece =
  | { readonly literal: string }
  | { readonly attribute: string; readonly replace: ((value: string) => string) | undefined };

const PLACEHOLDER = /\$([A-Za-z][\w.;-]*)(?:\|'((?:\\.|[^'\\])*)')?\$/g;
const PLAIN = /^[A-Za-z][\w.;-]*$/;
const MAX_MAPPING = 500;
/** A replacement runs over no more than this of a value, so that a slow pattern stays bounded. */
const MAX_VALUE = 1024;

/** Reads the CMS's mapping syntax. Throws LDAP_MAPPING_WRONG. */
export function parseMapping(mapping: string): Mapping {
  const wrong = (why: string) => fail("LDAP_MAPPING_WRONG", { mapping: JSON.stringify(mapping.slice(0, 80)), why });
  if (mapping.length > MAX_MAPPING) throw wrong(`longer than ${MAX_MAPPING} characters`);
  const pieces: Piece[] = [];
  let end = 0;
  const literal = (text: string) => {
    if (text.includes("$")) throw wrong("a $ belongs to no attribute");
    if (text) pieces.push({ literal: text });
  };
  for (const match of mapping.matchAll(PLACEHOLDER)) {
    literal(mapping.slice(end, match.index));
    end = match.index + match[0].length;
    const replace = match[2] === undefined ? undefined : replacement(match[2], wrong);
    pieces.push({ attribute: match[1]!.toLowerCase(), replace });
  }
  literal(mapping.slice(end));
  return {
    attributes: pieces.flatMap((piece) => ("attribute" in piece ? [piece.attribute] : [])),
    apply: (attributes) => apply(pieces, attributes),
    filterFor: (result) => filterFor(pieces, result),
  };
}

function apply(pieces: readonly Piece[], attributes: Attributes): string | undefined {
  let result = "";
  for (const piece of pieces) {
    if ("literal" in piece) {
      result += piece.literal;
      continue;
    }
    const value = attributes.get(piece.attribute);
    if (!value) return undefined;
    result += piece.replace ? piece.replace(value.slice(0, MAX_VALUE)) : value;
  }
  return result.trim() || undefined;
}

/** Only one attribute with fixed text around it can be turned round. */
function filterFor(pieces: readonly Piece[], result: string): string | undefined {
  const at = pieces.findIndex((piece) => "attribute" in piece);
  const piece = pieces[at];
  if (!piece || !("attribute" in piece) || piece.replace || !PLAIN.test(piece.attribute)) return undefined;
  if (pieces.some((other, index) => index !== at && "attribute" in other)) return undefined;
  const text = (part: readonly Piece[]) => part.map((one) => ("literal" in one ? one.literal : "")).join("");
  const [before, after] = [text(pieces.slice(0, at)), text(pieces.slice(at + 1))];
  const folded = result.toLowerCase();
  if (!folded.startsWith(before.toLowerCase()) || !folded.endsWith(after.toLowerCase())) return undefined;
  const value = result.slice(before.length, result.length - after.length);
  return value ? `(${piece.attribute}=${escapeFilterValue(value)})` : undefined;
}

/**
 * "/regex/replacement/g" with any separator; \0 is the whole match, \1-\9 its groups, a backslash and a quote are written
 * with a backslash before them.
 */
function replacement(expression: string, wrong: (why: string) => Error): (value: string) => string {
  const separator = expression[0] ?? "";
  const parts = expression.slice(1).split(separator);
  if (!separator || /[\w\\]/.test(separator) || parts.length !== 3) throw wrong("expected '/regex/replacement/'");
  const [pattern, put, option] = parts as [string, string, string];
  if (option !== "" && option !== "g") throw wrong(`option ${option} is not g`);
  let regex: RegExp;
  try {
    regex = new RegExp(pattern.replaceAll("\\'", "'"), `u${option}`);
  } catch (error) {
    throw wrong(textOf(error));
  }
  return (value) =>
    value.replace(regex, (...found: unknown[]) =>
      put.replace(/\\(.)/g, (_whole, digit: string) => (/\d/.test(digit) ? groupOf(found, Number(digit)) : digit)),
    );
}

/** What `replace` hands over: the match, its groups, the place (a number), the text. */
function groupOf(found: readonly unknown[], index: number): string {
  const groups = found.findIndex((one) => typeof one === "number");
  return index < groups ? String(found[index] ?? "") : "";
}
