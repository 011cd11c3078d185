import type { Field, FieldValue } from "../noun.ts";

type More = Partial<Omit<Field, "name" | "help" | "type">> & { readonly default?: FieldValue };

/** The rows of the tables of nouns: one function for each type of field. */
export function text(
  name: string,
  help: string,
  more: More & { readonly max?: number; readonly pattern?: RegExp; readonly form?: string } = {},
): Field {
  return { max: 200, ...more, type: "text", name, help } as Field;
}

export function number(name: string, help: string, min: number, max: number, more: More = {}): Field {
  return { ...more, type: "number", min, max, name, help };
}

export function flag(name: string, help: string, more: More = {}): Field {
  return { ...more, type: "boolean", name, help };
}

export function choice(name: string, help: string, values: readonly string[], more: More = {}): Field {
  return { ...more, type: "enum", values, name, help };
}

/** `to` is the noun's name, which is also the usual name of the parameter. */
export function reference(name: string, help: string, more: More & { readonly to?: string } = {}): Field {
  return { to: name, ...more, type: "reference", name, help } as Field;
}

/** An object that CMS has and this product has not: empty is taken, any id is answered with "...DoesNotExist". */
export function lacking(name: string): Field {
  return reference(name, "there are none here: only an empty value is taken", { virtual: true });
}

export const LAYOUTS = [
  "allEqual",
  "speakerOnly",
  "telepresence",
  "stacked",
  "allEqualQuarters",
  "allEqualNinths",
  "allEqualSixteenths",
  "allEqualTwentyFifths",
  "onePlusFive",
  "onePlusSeven",
  "onePlusNine",
  "automatic",
  "onePlusN",
] as const;

/** The part of a URI before the @. */
export const URI_USER = {
  max: 100,
  pattern: /^[^\s@<>"'/\\?#&%:;,]+$/u,
  form: "the part of the URI before the @: no spaces and none of @ < > \" ' / \\ ? # & % : ; ,",
} as const;

export const CALL_ID = { max: 20, pattern: /^\d{1,20}$/, form: "1 to 20 digits" } as const;

/** base64url, as in links. */
export const LINK_SECRET = {
  max: 64,
  pattern: /^[\w-]{16,64}$/,
  form: "16 to 64 letters, digits, - and _",
  secret: "sealed",
} as const;

export const HOST = {
  max: 253,
  pattern: /^[^\s/@]+$/u,
  form: "an IP address or a host name",
} as const;
