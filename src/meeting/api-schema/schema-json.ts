import type { Field, Noun } from "./noun.ts";
import { NOUNS } from "./nouns/index.ts";
import { formOf } from "./parse.ts";

/** A field as pages and other programs can read it: patterns are their source, and what they mean is in words. */
export type JsonField = Omit<Field, "pattern"> & {
  readonly pattern?: string;
  readonly max?: number;
  readonly min?: number;
  readonly values?: readonly string[];
  readonly to?: string;
  /** What may be given, in words. */
  readonly form: string;
};

export interface JsonNoun extends Omit<Noun, "fields"> {
  /** Below /api/v1, with the parent's id as {id}: "coSpaces/{id}/accessMethods". */
  readonly path: string;
  readonly fields: readonly JsonField[];
}

/** The nouns without what is internal. */
export function schemaJson(): readonly JsonNoun[] {
  return [...NOUNS.values()].map((noun) => ({
    ...noun,
    path: pathOf(noun),
    fields: noun.fields.filter((field) => !field.internal).map(jsonField),
  }));
}

/** "turnServers", "system/cdrReceivers", "coSpaces/{id}/accessMethods" */
export function pathOf(noun: Noun): string {
  const parent = noun.parent === undefined ? undefined : NOUNS.get(noun.parent);
  return [parent && `${pathOf(parent)}/{id}`, noun.under, noun.plural].filter(Boolean).join("/");
}

function jsonField(field: Field): JsonField {
  const { pattern, ...rest } = { pattern: undefined, ...field } as Field & { readonly pattern?: RegExp };
  return { ...rest, form: formOf(field), ...(pattern ? { pattern: pattern.source } : {}) } as JsonField;
}
