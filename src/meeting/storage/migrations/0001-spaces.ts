import type { Migration } from "./migration.ts";

export const spaces: Migration = {
  version: 1,
  async run(db, { types }) {
    await db.schema
      .createTable("spaces")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("uri", "text", (column) => column.unique())
      .addColumn("call_id", "text", (column) => column.notNull().unique())
      .addColumn("secret", "text", (column) => column.notNull())
      .addColumn("passcode_hash", "text")
      .addColumn("created_at", types.integer, (column) => column.notNull())
      .execute();
    await db.schema
      .createTable("settings")
      .addColumn("name", "text", (column) => column.primaryKey())
      .addColumn("value", types.bytes as "blob", (column) => column.notNull())
      .execute();
  },
};
