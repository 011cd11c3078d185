import { createHash } from "node:crypto";
import type { ClaimGroup, Noun } from "#api-schema";
import { fail } from "../errors.ts";

/** What the storage takes from a noun. */
export interface Shape {
  readonly name: string;
  readonly parent: string | undefined;
  readonly singleton: boolean;
  readonly fields: ReadonlySet<string>;
  readonly sealed: ReadonlySet<string>;
  readonly searched: readonly string[];
  readonly claims: ReadonlyMap<string, ClaimGroup>;
  readonly references: ReadonlyMap<string, string>;
  readonly sort: string | undefined;
  readonly limit: number | undefined;
}

export class Shapes {
  readonly #shapes: ReadonlyMap<string, Shape>;

  constructor(nouns: ReadonlyMap<string, Noun>) {
    this.#shapes = new Map([...nouns.values()].map((noun) => [noun.name, shapeOf(noun)]));
  }

  of(noun: string): Shape {
    const shape = this.#shapes.get(noun);
    if (!shape) throw fail("STORAGE_MISUSED", { what: `there is no noun ${noun}` });
    return shape;
  }

  has(noun: string): boolean {
    return this.#shapes.has(noun);
  }

  /** Changes whenever the index columns of stored objects must be made anew. */
  fingerprint(): string {
    const parts = [...this.#shapes.values()].map(({ name, searched, claims, references, sort }) => [
      name,
      searched,
      [...claims],
      [...references],
      sort,
    ]);
    return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
  }
}

function shapeOf(noun: Noun): Shape {
  const named = (pick: (field: Noun["fields"][number]) => unknown) => noun.fields.filter(pick).map(({ name }) => name);
  return {
    name: noun.name,
    parent: noun.parent,
    singleton: noun.singleton ?? false,
    fields: new Set(named((field) => !field.virtual)),
    sealed: new Set(named((field) => field.secret)),
    searched: named((field) => field.searched),
    claims: new Map(noun.fields.flatMap((field) => (field.claim ? [[field.name, field.claim]] : []))),
    references: new Map(noun.fields.flatMap((field) => (field.type === "reference" ? [[field.name, field.to]] : []))),
    sort: noun.sort,
    limit: noun.limit,
  };
}
