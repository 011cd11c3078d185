import { type Field, type FieldValue, NOUNS, type Noun, parseValue } from "#api-schema";
import type { Fields, ObjectReader, StoredObject } from "#storage";
import { type Element, leaf } from "../http/element.ts";
import { type ApiFailure, parameterError, refused } from "../http/failure.ts";
import { type FailureCode, isFailureCode } from "../http/failure-codes.ts";
import type { Params } from "../http/params.ts";

/** What a request sets (`undefined` unsets), apart from what is only acted upon. */
export interface Given {
  readonly stored: Record<string, FieldValue | undefined>;
  readonly virtual: Record<string, FieldValue | undefined>;
}

/** Parameters of POST and PUT by the noun's fields: what was not given is not in the answer. */
export function readFields(noun: Noun, params: Params, method: "POST" | "PUT"): Given {
  const given: Given = { stored: {}, virtual: {} };
  for (const field of noun.fields.filter(({ internal }) => !internal)) {
    const text = params.text(field.name, ...(field.aliases ?? []));
    if (field.required) checkRequired(field, text, method);
    if (text === undefined) continue;
    if (field.readOnly) throw parameterError(field.name, "readOnly", "only the server sets it");
    const kind = field.virtual ? given.virtual : given.stored;
    kind[field.name] = text === "" ? undefined : valueGiven(field, text);
  }
  params.ignore(...(noun.ignored ?? []));
  params.finish();
  return given;
}

function checkRequired(field: Field, text: string | undefined, method: "POST" | "PUT"): void {
  if (text === "" || (method === "POST" && text === undefined))
    throw parameterError(field.name, "missing", "this parameter must have a value");
}

function valueGiven(field: Field, text: string): FieldValue {
  const parsed = parseValue(field, text);
  if (!parsed.ok) throw parameterError(field.name, parsed.problem, parsed.detail);
  if (field.type === "reference" && !NOUNS.has(field.to)) throw noSuch(field.to, field.name);
  return parsed.value;
}

/** A parameter names an object that is not there: "callLegProfileDoesNotExist". */
export function noSuch(noun: string, parameter: string): ApiFailure {
  const code = NOUNS.get(noun)?.missing ?? `${noun}DoesNotExist`;
  return isFailureCode(code) ? refused(code as FailureCode) : parameterError(parameter, "invalidValue");
}

export async function checkReferences(reader: ObjectReader, noun: Noun, fields: Given["stored"]): Promise<void> {
  for (const field of noun.fields) {
    const id = fields[field.name];
    if (field.type !== "reference" || id === undefined) continue;
    if (!(await reader.get(field.to, String(id)))) throw noSuch(field.to, field.name);
  }
}

/** What was given a value, for a new object. */
export function setOnly(given: Given["stored"]): Fields {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Fields;
}

/** The object's fields with the defaults of those that are unset; in a list only those that lists show. */
export function elementsOf(noun: Noun, fields: Fields, listed: boolean): Element[] {
  return noun.fields
    .filter((field) => !field.internal && !field.virtual && field.secret !== "write-only")
    .filter((field) => !listed || field.listed)
    .flatMap((field) => leaf(field.name, fields[field.name] ?? (listed ? undefined : field.default)));
}

/** `<turnServer id="…">` with its fields. */
export function objectElement(noun: Noun, object: StoredObject, listed: boolean, extras: readonly Element[]): Element {
  const present = listed ? [] : secretsOf(noun, object);
  const content = [...elementsOf(noun, object.fields, listed), ...extras, ...present];
  return { name: noun.name, ...(noun.singleton ? {} : { attributes: { id: object.id } }), content };
}

/** For forms ("- present"): which secrets are set that are never given out. */
function secretsOf(noun: Noun, object: StoredObject): Element[] {
  return noun.fields
    .filter((field) => field.secret === "write-only" && !field.internal && object.fields[field.name] !== undefined)
    .map((field) => ({ name: `${field.name}Present`, content: true, onlyJson: true }));
}
