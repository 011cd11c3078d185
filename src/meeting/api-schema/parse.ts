import type { Field, FieldValue } from "./noun.ts";

/** Words of a parameterError's `error`. CMS documents only the first; the others are ours. */
export type Problem = "invalidValue" | "valueTooLong" | "missing" | "readOnly" | "duplicate" | "unrecognizedParameter";

export type Parsed =
  | { readonly ok: true; readonly value: FieldValue }
  | { readonly ok: false; readonly problem: Problem; readonly detail: string };

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * What XML 1.0 cannot carry (2.2 Char): most control characters, halves of surrogate pairs, and two non-characters. NEL and
 * the C1 controls are allowed there, but in no name either.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ud800-\udfff\ufffe\uffff]/u;

/** A parameter's text, not empty, as the field's value. */
export function parseValue(field: Field, text: string): Parsed {
  switch (field.type) {
    case "text":
      return parseText(field, text);
    case "number":
      return parseNumber(field, text);
    case "boolean":
      return /^(true|false)$/i.test(text) ? right(text.toLowerCase() === "true") : wrong("true or false");
    case "enum": {
      const value = field.values.find((one) => one.toLowerCase() === text.toLowerCase());
      return value === undefined ? wrong(`one of ${field.values.join(", ")}`) : right(value);
    }
    case "reference": {
      const id = text.toLowerCase();
      return UUID.test(id) ? right(id) : wrong(`the id of a ${field.to}`);
    }
  }
}

/** In words, for forms, documents and error texts. */
export function formOf(field: Field): string {
  switch (field.type) {
    case "text":
      return field.form ?? `text of at most ${field.max} characters`;
    case "number":
      return `a whole number from ${field.min} to ${field.max}`;
    case "boolean":
      return "true or false";
    case "enum":
      return field.values.join(", ");
    case "reference":
      return `the id of a ${field.to}`;
  }
}

function parseText(field: Field & { type: "text" }, text: string): Parsed {
  if (FORBIDDEN.test(text)) return wrong("text without control characters");
  if ([...text].length > field.max)
    return { ok: false, problem: "valueTooLong", detail: `at most ${field.max} characters` };
  if (field.pattern && !field.pattern.test(text)) return wrong(formOf(field));
  return right(text);
}

function parseNumber(field: Field & { type: "number" }, text: string): Parsed {
  const value = Number(text);
  const fits = /^-?\d{1,16}$/.test(text) && value >= field.min && value <= field.max;
  return fits ? right(value) : wrong(formOf(field));
}

function right(value: FieldValue): Parsed {
  return { ok: true, value };
}

function wrong(detail: string): Parsed {
  return { ok: false, problem: "invalidValue", detail };
}
