import type { SchemaField } from "./schema.ts";

export type Values = Readonly<Record<string, unknown>>;

/** One line of an edit form: ticked if the value is set, or is to be. */
export interface Entry {
  readonly ticked: boolean;
  readonly text: string;
}

export type Draft = Readonly<Record<string, Entry>>;

/** The form of an object as it is, or of a new one. */
export function draftOf(fields: readonly SchemaField[], values: Values): Draft {
  return Object.fromEntries(fields.map((field) => [field.name, entryOf(field, values)]));
}

function entryOf(field: SchemaField, values: Values): Entry {
  const value = values[field.name];
  if (field.secret === "write-only") return { ticked: isPresent(value), text: "" };
  if (!isPresent(value)) return { ticked: false, text: unsetText(field) };
  return { ticked: true, text: String(value) };
}

/** A drop-down always shows something: before it is ticked, the default. */
function unsetText(field: SchemaField): string {
  if (field.type === "boolean") return String(field.default ?? false);
  if (field.type === "enum") return String(field.default ?? field.values?.[0] ?? "");
  return "";
}

/** What stands for a write-only value that is set. */
export const PRESENT = Symbol("present");

export function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}

/** Typing into a line ticks it. */
export function typed(draft: Draft, name: string, text: string): Draft {
  return { ...draft, [name]: { ticked: true, text } };
}

export function ticked(draft: Draft, name: string, on: boolean): Draft {
  return { ...draft, [name]: { text: draft[name]?.text ?? "", ticked: on } };
}

/**
 * What to send: changed values, and an empty text for each that is to be unset. Unchanged ones are left out, so that
 * two people who change different fields do not undo each other.
 */
export function changesOf(
  fields: readonly SchemaField[],
  values: Values,
  draft: Draft,
): Readonly<Record<string, string>> {
  const changes: Record<string, string> = {};
  for (const field of fields) {
    const entry = draft[field.name];
    const change = entry && changeOf(field, values[field.name], entry);
    if (change !== undefined) changes[field.name] = change;
  }
  return changes;
}

function changeOf(field: SchemaField, before: unknown, { ticked: on, text }: Entry): string | undefined {
  const wasSet = isPresent(before);
  const value = field.type === "text" && field.secret === undefined ? text.trim() : text;
  if (!on) return wasSet ? "" : undefined;
  if (field.secret === "write-only") return value === "" ? undefined : value;
  if (!wasSet) return value === "" ? undefined : value;
  return value === String(before) ? undefined : value;
}

export type Problem =
  | { readonly what: "missing" | "notANumber" | "notAnId" }
  | { readonly what: "tooLong"; readonly max: number }
  | { readonly what: "outOfRange"; readonly min: number; readonly max: number }
  | { readonly what: "form"; readonly form: string };

export type Problems = Readonly<Record<string, Problem>>;

/** What the server would refuse, said before it is asked. `isNew`: required fields must be given. */
export function problemsOf(fields: readonly SchemaField[], draft: Draft, isNew: boolean): Problems {
  const found: Record<string, Problem> = {};
  for (const field of fields) {
    const { ticked: on = false, text = "" } = draft[field.name] ?? {};
    const isEmpty = !on || text.trim() === "";
    const problem = isEmpty
      ? field.required && isNew
        ? { what: "missing" as const }
        : undefined
      : problemOf(field, text);
    if (problem) found[field.name] = problem;
  }
  return found;
}

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

function problemOf(field: SchemaField, text: string): Problem | undefined {
  const value = text.trim();
  if (field.type === "reference") return UUID.test(value) ? undefined : { what: "notAnId" };
  if (field.type === "number") return numberProblem(field, value);
  if (field.type !== "text") return undefined;
  const length = [...value].length;
  if (field.max !== undefined && length > field.max) return { what: "tooLong", max: field.max };
  if (field.pattern && !new RegExp(`^(?:${field.pattern})$`, "u").test(value))
    return { what: "form", form: field.form ?? field.pattern };
  return undefined;
}

function numberProblem({ min = -Infinity, max = Infinity }: SchemaField, value: string): Problem | undefined {
  if (!/^-?\d+$/.test(value)) return { what: "notANumber" };
  const number = Number(value);
  return number < min || number > max ? { what: "outOfRange", min, max } : undefined;
}
