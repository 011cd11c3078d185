import { XMLParser, XMLValidator } from "fast-xml-parser";
import { refused } from "./failure.ts";

/** How many parameters a body may have. */
const MAX_PARAMETERS = 500;

/**
 * The parameters in a body. CMS takes form text only, and real clients send it with all kinds of content types; so the
 * body itself says what it is, and the content type decides only where both would do.
 */
export function readBody(bytes: Uint8Array, contentType: string): (readonly [string, string])[] {
  const text = decode(bytes).trim();
  if (text === "") return [];
  const entries = text.startsWith("<") ? readXml(text) : (readJson(text, contentType) ?? readForm(text));
  if (entries.length > MAX_PARAMETERS) throw refused("malformedRequest", "too many parameters");
  return entries;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw refused("malformedRequest", "the body is not UTF-8");
  }
}

export function readForm(text: string): [string, string][] {
  return [...new URLSearchParams(text)];
}

/** An object of values, alone or inside its noun: {"name": "x"} or {"coSpace": {"name": "x"}}. null is an empty value. */
function readJson(text: string, contentType: string): [string, string][] | undefined {
  if (!text.startsWith("{")) {
    if (/json/i.test(contentType) && /^["[\d]/.test(text)) throw refused("malformedRequest", "the JSON is no object");
    return undefined;
  }
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    throw refused("malformedRequest", "the JSON cannot be read");
  }
  return flat(read as Record<string, unknown>);
}

function flat(object: Record<string, unknown>): [string, string][] {
  const entries = Object.entries(object);
  if (entries.length === 1 && isObject(entries[0]![1])) return values(Object.entries(entries[0]![1]));
  return values(entries);
}

function values(entries: [string, unknown][]): [string, string][] {
  return entries.map(([name, value]) => {
    if (value === null) return [name, ""];
    if (Array.isArray(value) && value.every((one) => typeof one === "string")) return [name, value.join(",")];
    if (typeof value === "object" || value === undefined)
      throw refused("malformedRequest", `${name.slice(0, 100)} is not a single value`);
    return [name, String(value)];
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** No entities are declared and none resolved but the five of XML and character references, here. */
const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  parseTagValue: false,
  trimValues: false,
  processEntities: false,
  jPath: false,
});

/** The object as CMS would show it: <coSpace><name>x</name></coSpace>. */
function readXml(text: string): [string, string][] {
  if (/<!(DOCTYPE|ENTITY)/i.test(text)) throw refused("malformedRequest", "XML with a document type is not taken");
  let read: unknown;
  try {
    if (XMLValidator.validate(text) !== true) throw new Error("not well-formed");
    read = parser.parse(text);
  } catch {
    throw refused("malformedRequest", "the XML cannot be read");
  }
  const roots = Object.entries(read as Record<string, unknown>).filter(([name]) => name !== "#text");
  if (roots.length !== 1) throw refused("malformedRequest", "the XML has not one root element");
  const root = roots[0]![1];
  if (!isObject(root)) return [];
  return values(Object.entries(root).filter(([name]) => name !== "#text")).map(([name, value]) => [name, plain(value)]);
}

const NAMED: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function plain(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{1,10}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return NAMED[name] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
