/** A noun of the API as `GET /api/schema` describes it: fields, and where its objects are. */
export interface SchemaNoun {
  readonly name: string;
  readonly plural: string;
  readonly under?: string;
  readonly parent?: string;
  readonly singleton?: boolean;
  readonly help: string;
  readonly limit?: number;
  readonly fields: readonly SchemaField[];
}

export interface SchemaField {
  readonly name: string;
  readonly help: string;
  readonly type: "text" | "number" | "boolean" | "enum" | "reference";
  readonly max?: number;
  readonly min?: number;
  /** Source of a regular expression that the whole text matches; `form` says it in words. */
  readonly pattern?: string;
  readonly form?: string;
  readonly values?: readonly string[];
  /** Noun of a reference. */
  readonly to?: string;
  readonly default?: string | number | boolean;
  readonly required?: boolean;
  readonly readOnly?: boolean;
  readonly secret?: "sealed" | "write-only";
  readonly listed?: boolean;
  /** Never leaves the server. */
  readonly internal?: boolean;
  /** May be sent, is not kept: `password`, `regenerateSecret`. */
  readonly virtual?: boolean;
}

/** By singular name. */
export type Schema = ReadonlyMap<string, SchemaNoun>;

export function schemaOf(nouns: readonly SchemaNoun[]): Schema {
  return new Map(nouns.map((noun) => [noun.name, noun]));
}

/** What a page below Configuration > API shows. */
export type Place =
  | { readonly kind: "list"; readonly noun: SchemaNoun; readonly parent: Parent | undefined }
  | { readonly kind: "new"; readonly noun: SchemaNoun; readonly parent: Parent | undefined }
  | {
      readonly kind: "object";
      readonly noun: SchemaNoun;
      readonly parent: Parent | undefined;
      readonly id: string | undefined;
    };

/** The object in whose collection a nested one lives. */
export interface Parent {
  readonly noun: SchemaNoun;
  readonly id: string;
}

/** The path of a collection below /api/v1, or of a singleton: "coSpaces/<id>/accessMethods". */
export function collectionPath(noun: SchemaNoun, parent?: Parent): string {
  const own = noun.under ? `${noun.under}/${noun.plural}` : noun.plural;
  return parent ? `${parent.noun.plural}/${parent.id}/${own}` : own;
}

export function objectPath(noun: SchemaNoun, id: string, parent?: Parent): string {
  return noun.singleton ? collectionPath(noun, parent) : `${collectionPath(noun, parent)}/${id}`;
}

/** What is at a path below /api/v1; "new" after a collection is the form of a new object. */
export function placeOf(schema: Schema, path: string): Place | undefined {
  const segments = path.split("/").filter(Boolean);
  for (const noun of schema.values()) {
    const found = placeIn(schema, noun, segments);
    if (found) return found;
  }
  return undefined;
}

function placeIn(schema: Schema, noun: SchemaNoun, segments: readonly string[]): Place | undefined {
  const parentNoun = noun.parent ? schema.get(noun.parent) : undefined;
  if (noun.parent && (!parentNoun || segments[0] !== parentNoun.plural || !segments[1])) return undefined;
  const parent = parentNoun ? { noun: parentNoun, id: segments[1]! } : undefined;
  const collection = collectionPath(noun, parent).split("/");
  if (!collection.every((segment, i) => segments[i] === segment)) return undefined;
  const rest = segments.slice(collection.length);
  if (noun.singleton) return rest.length === 0 ? { kind: "object", noun, parent, id: undefined } : undefined;
  if (rest.length === 0) return { kind: "list", noun, parent };
  if (rest.length > 1) return undefined;
  return rest[0] === "new" ? { kind: "new", noun, parent } : { kind: "object", noun, parent, id: rest[0]! };
}

/** Nouns whose objects live in this one's. */
export function childrenOf(schema: Schema, noun: SchemaNoun): readonly SchemaNoun[] {
  return [...schema.values()].filter(({ parent }) => parent === noun.name);
}

/** Fields that a person may see. */
export function shownFields(noun: SchemaNoun): readonly SchemaField[] {
  return noun.fields.filter(({ internal }) => !internal);
}

/** Fields that a form offers. */
export function formFields(noun: SchemaNoun): readonly SchemaField[] {
  return shownFields(noun).filter(({ readOnly }) => !readOnly);
}

/** The word by which an object is known in lists and dialogs. */
export function titleOf(noun: SchemaNoun, fields: Readonly<Record<string, unknown>>): string | undefined {
  const names = ["name", "userJid", "serverAddress", "url", "address", "uri", "uniqueName", "username"];
  const known = new Set(noun.fields.map(({ name }) => name));
  for (const name of names) if (known.has(name) && fields[name]) return String(fields[name]);
  return undefined;
}
