import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import type { FieldValue } from "#api-schema";
import { TurnpikeError } from "#base";
import type { Change, Fields, NewObject, ObjectWriter, StoredObject } from "../contract.ts";
import { asUnreadable } from "../engine.ts";
import { fail } from "../errors.ts";
import type { Db } from "../schema.ts";
import type { Sealer } from "../sealing.ts";
import { once } from "../settings.ts";
import { checkFields, checkParent, checkReferences, checkRoom } from "./checks.ts";
import { checkClaims } from "./claims.ts";
import { indexOf } from "./index-row.ts";
import { dropIndex, writeIndex } from "./index-tables.ts";
import { getObject, objectReader, type Use } from "./reader.ts";
import { storedFields } from "./row.ts";
import type { Shape, Shapes } from "./shape.ts";

type Update = Readonly<Record<string, FieldValue | undefined>>;

/** Writes inside one transaction. Everything is checked before the first row is touched, so that a refusal changes nothing. */
export class TransactionWriter {
  readonly changes: Change[] = [];
  readonly writer: ObjectWriter;
  readonly #db: Db;
  readonly #shapes: Shapes;
  readonly #sealer: Sealer;
  #failure: TurnpikeError | undefined;
  readonly #name: string;

  /** `name` of the storage, for errors. */
  constructor(name: string, db: Db, shapes: Shapes, sealer: Sealer) {
    this.#name = name;
    this.#db = db;
    this.#shapes = shapes;
    this.#sealer = sealer;
    const use: Use = (run) => this.#guarded(() => run(db));
    this.writer = {
      ...objectReader(use, shapes, sealer),
      insert: (object) => this.#guarded(() => this.#insert(object)),
      update: (noun, id, fields, ifVersion) => this.#guarded(() => this.#update(noun, id, fields, ifVersion)),
      remove: (noun, id, ifVersion) => this.#guarded(() => this.#remove(noun, id, ifVersion)),
      once: (name) => this.#guarded(() => once(db, name)),
    };
  }

  /** Throws what the engine failed with, even if the caller has caught it: the transaction is lost. */
  finish(): void {
    if (this.#failure) throw this.#failure;
  }

  /** After a failure of the engine nothing more is written: SQLite may have ended the transaction by itself. */
  async #guarded<T>(run: () => Promise<T>): Promise<T> {
    this.finish();
    try {
      return await run();
    } catch (error) {
      if (error instanceof TurnpikeError) throw error;
      this.#failure = asUnreadable(this.#name, error);
      throw this.#failure;
    }
  }

  async #insert(object: NewObject): Promise<StoredObject> {
    const shape = this.#shapes.of(object.noun);
    const id = shape.singleton ? shape.name : (object.id ?? randomUUID()).toLowerCase();
    const fields = withoutUnset(object.fields);
    if (await this.#db.selectFrom("objects").select("id").where("id", "=", id).executeTakeFirst())
      throw fail("STORAGE_MISUSED", { what: `a second object ${id}` });
    await checkParent(this.#db, shape, object.parent);
    await checkRoom(this.#db, shape);
    const now = Date.now();
    const parent = object.parent?.toLowerCase();
    return this.#store(shape, { id, noun: shape.name, parent, fields, version: 1, createdAt: now, changedAt: now });
  }

  async #update(noun: string, id: string, update: Update, ifVersion?: number): Promise<StoredObject> {
    const shape = this.#shapes.of(noun);
    const before = await getObject(this.#db, shape, id, this.#sealer);
    if (!before) throw fail("STORAGE_NO_SUCH_OBJECT", { noun, id });
    checkVersion(before, ifVersion);
    const now = Date.now();
    const fields = withoutUnset({ ...before.fields, ...update });
    const createdAt = before.version === 0 ? now : before.createdAt;
    return this.#store(shape, { ...before, fields, version: before.version + 1, createdAt, changedAt: now });
  }

  async #remove(noun: string, id: string, ifVersion?: number): Promise<boolean> {
    const shape = this.#shapes.of(noun);
    const before = await getObject(this.#db, shape, id, this.#sealer);
    if (!before || before.version === 0) return false;
    checkVersion(before, ifVersion);
    await this.#unsetReferences(before.id);
    const children = await this.#db
      .selectFrom("objects")
      .select(["noun", "id"])
      .where("parent", "=", before.id)
      .orderBy("seq")
      .execute();
    for (const child of children) await this.#remove(child.noun, child.id);
    await dropIndex(this.#db, before.id);
    await this.#db.deleteFrom("objects").where("id", "=", before.id).execute();
    this.changes.push({ noun, id: before.id, parent: before.parent, what: "removed" });
    return true;
  }

  async #unsetReferences(id: string): Promise<void> {
    const rows = await this.#db.selectFrom("refs").selectAll().where("target", "=", id).orderBy("id").execute();
    for (const [holder, fields] of Map.groupBy(rows, (row) => row.id)) {
      if (holder === id) continue;
      const unset = Object.fromEntries(fields.map(({ field }) => [field, undefined]));
      await this.#update(fields[0]!.noun, holder, unset);
    }
  }

  async #store(shape: Shape, object: StoredObject): Promise<StoredObject> {
    checkFields(shape, object.fields);
    await checkReferences(this.#db, shape, object.fields);
    const fields = storedFields(shape, object.id, object.fields, this.#sealer);
    const parent = object.parent ?? null;
    const indexed = indexOf(shape, { id: object.id, parent }, fields);
    await checkClaims(this.#db, indexed.claims, object.fields, this.#sealer);
    const row = {
      fields: JSON.stringify(fields),
      searched: indexed.searched,
      sort_key: indexed.sort_key,
      version: object.version,
      changed_at: object.changedAt,
    };
    const isNew = object.version === 1;
    if (isNew) {
      const seq = sql<number>`(select coalesce(max(seq), 0) + 1 from objects)`;
      const made = { id: object.id, noun: shape.name, parent, created_at: object.createdAt, seq };
      await this.#db
        .insertInto("objects")
        .values({ ...row, ...made })
        .execute();
    } else {
      await this.#db.updateTable("objects").set(row).where("id", "=", object.id).execute();
      await dropIndex(this.#db, object.id);
    }
    await writeIndex(this.#db, indexed);
    const what = isNew ? "inserted" : "updated";
    this.changes.push({ noun: shape.name, id: object.id, parent: object.parent, what });
    return object;
  }
}

function checkVersion({ noun, id, version }: StoredObject, expected: number | undefined): void {
  if (expected !== undefined && expected !== version)
    throw fail("STORAGE_CHANGED_MEANWHILE", { noun, id, found: version, expected });
}

function withoutUnset(fields: Update): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields;
}
