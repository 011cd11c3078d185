import { type Kysely, sql } from "kysely";
import { sealedField } from "../objects/sealed-fields.ts";
import { newKeyCheck, SIGNING_KEY, sealedSetting } from "../settings.ts";
import type { Migration, MigrationContext } from "./migration.ts";

interface OldSpace {
  readonly id: string;
  readonly name: string;
  readonly uri: string | null;
  readonly call_id: string;
  readonly secret: string;
  readonly passcode_hash: string | null;
  readonly created_at: number | string;
}

/** One table for the objects of all nouns. Spaces of the first schema become coSpaces; claims follow when it is indexed. */
export const objects: Migration = {
  version: 2,
  async run(db, context) {
    await makeTables(db, context);
    await carrySpacesOver(db, context);
    await db.schema.dropTable("spaces").execute();
    await sealSettings(db, context);
  },
};

async function makeTables({ schema }: Kysely<unknown>, { types }: MigrationContext): Promise<void> {
  const text = sql.raw(types.plainText);
  await schema
    .createTable("objects")
    .addColumn("id", text, (column) => column.primaryKey())
    .addColumn("seq", types.integer, (column) => column.notNull().unique())
    .addColumn("noun", text, (column) => column.notNull())
    .addColumn("parent", text)
    .addColumn("fields", "text", (column) => column.notNull())
    .addColumn("searched", text, (column) => column.notNull())
    .addColumn("sort_key", text, (column) => column.notNull())
    .addColumn("version", types.integer, (column) => column.notNull())
    .addColumn("created_at", types.integer, (column) => column.notNull())
    .addColumn("changed_at", types.integer, (column) => column.notNull())
    .execute();
  await schema
    .createTable("claims")
    .addColumn("grp", text, (column) => column.notNull())
    .addColumn("value", text, (column) => column.notNull())
    .addColumn("id", text, (column) => column.notNull())
    .addColumn("field", text, (column) => column.notNull())
    .addColumn("noun", text, (column) => column.notNull())
    .addColumn("place", text, (column) => column.notNull())
    .addPrimaryKeyConstraint("claims_pk", ["grp", "value", "id", "field"])
    .execute();
  await schema
    .createTable("refs")
    .addColumn("id", text, (column) => column.notNull())
    .addColumn("field", text, (column) => column.notNull())
    .addColumn("noun", text, (column) => column.notNull())
    .addColumn("target", text, (column) => column.notNull())
    .addPrimaryKeyConstraint("refs_pk", ["id", "field"])
    .execute();
  await schema.createIndex("objects_sorted").on("objects").columns(["noun", "sort_key", "seq"]).execute();
  await schema.createIndex("objects_children").on("objects").columns(["parent", "noun"]).execute();
  await schema.createIndex("claims_holder").on("claims").column("id").execute();
  await schema.createIndex("refs_target").on("refs").column("target").execute();
}

/** A passcode's hash cannot become a passcode again: it is kept, and entering accepts it until a passcode is set anew. */
async function carrySpacesOver(db: Kysely<unknown>, { sealer }: MigrationContext): Promise<void> {
  const { rows } = await sql<OldSpace>`select * from spaces order by created_at, id`.execute(db);
  for (const [index, space] of rows.entries()) {
    const fields = {
      name: space.name,
      ...(space.uri === null ? {} : { uri: space.uri }),
      callId: space.call_id,
      secret: sealedField(sealer(), space.id, "secret", space.secret),
      ...(space.passcode_hash === null
        ? {}
        : { passcodeHash: sealedField(sealer(), space.id, "passcodeHash", space.passcode_hash) }),
    };
    const at = Number(space.created_at);
    await sql`insert into objects (id, seq, noun, parent, fields, searched, sort_key, version, created_at, changed_at)
      values (${space.id}, ${index + 1}, 'coSpace', null, ${JSON.stringify(fields)}, '', '', 1, ${at}, ${at})`.execute(
      db,
    );
  }
}

async function sealSettings(db: Kysely<unknown>, { sealer }: MigrationContext): Promise<void> {
  const { rows } = await sql<{ value: Uint8Array }>`select value from settings where name = ${SIGNING_KEY}`.execute(db);
  for (const { value } of rows) {
    const sealed = sealedSetting(sealer(), SIGNING_KEY, new Uint8Array(value));
    await sql`update settings set value = ${sealed} where name = ${SIGNING_KEY}`.execute(db);
  }
  const { name, value } = newKeyCheck(sealer());
  await sql`insert into settings (name, value) values (${name}, ${value})`.execute(db);
}
