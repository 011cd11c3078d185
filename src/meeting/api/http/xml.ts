import type { Element } from "./element.ts";
import type { ApiFailure } from "./failure.ts";

const DECLARATION = '<?xml version="1.0"?>';

export function xmlOf(element: Element): string {
  return DECLARATION + write(element);
}

/** Byte for byte as CMS: a space before `/>`, no line break. Clients cut 38 characters before and 20 after the code. */
export function failureXml(failure: ApiFailure): string {
  const { code, attributes } = failure;
  return `${DECLARATION}<failureDetails><${code}${attributesOf(attributes)} /></failureDetails>`;
}

function write({ name, attributes = {}, content }: Element): string {
  const inside = Array.isArray(content)
    ? content
        .filter((child) => !child.onlyJson)
        .map(write)
        .join("")
    : escaped(String(content));
  return inside === ""
    ? `<${name}${attributesOf(attributes)}/>`
    : `<${name}${attributesOf(attributes)}>${inside}</${name}>`;
}

function attributesOf(attributes: Readonly<Record<string, string | number>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escaped(String(value)).replaceAll("\n", "&#10;").replaceAll("\t", "&#9;")}"`)
    .join("");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  "\r": "&#13;",
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: characters that XML 1.0 cannot carry (2.2)
const UNCARRIED = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/gu;

/**
 * A parser makes one line feed of CR and CR LF (XML 1.0, 2.11), so CR goes as a reference. Names of calls and participants
 * come from guests: what XML cannot carry becomes U+FFFD there.
 */
function escaped(text: string): string {
  return text.replace(UNCARRIED, "\ufffd").replace(/[&<>"'\r]/g, (character) => ENTITIES[character]!);
}
