import type { Db, ObjectRow } from "../schema.ts";
import { indexShape, setIndexShape } from "../settings.ts";
import { type Indexed, indexOf } from "./index-row.ts";
import type { StoredFields } from "./sealed-fields.ts";
import type { Shapes } from "./shape.ts";

/** Rows written with one statement. */
const CHUNK = 100;

export async function writeIndex(db: Db, indexed: Pick<Indexed, "claims" | "refs">): Promise<void> {
  if (indexed.claims.length > 0) await db.insertInto("claims").values(indexed.claims).execute();
  if (indexed.refs.length > 0) await db.insertInto("refs").values(indexed.refs).execute();
}

export async function dropIndex(db: Db, id: string): Promise<void> {
  await db.deleteFrom("claims").where("id", "=", id).execute();
  await db.deleteFrom("refs").where("id", "=", id).execute();
}

export async function dropAllIndexes(db: Db): Promise<void> {
  await db.deleteFrom("claims").execute();
  await db.deleteFrom("refs").execute();
}

/** Makes claims, references and search columns anew if the nouns have changed since they were made. */
export async function refreshIndex(db: Db, shapes: Shapes): Promise<void> {
  if ((await indexShape(db)) === shapes.fingerprint()) return;
  await dropAllIndexes(db);
  for (let after = -1; ; ) {
    const rows = await db
      .selectFrom("objects")
      .selectAll()
      .where("seq", ">", after)
      .orderBy("seq")
      .limit(CHUNK)
      .execute();
    if (rows.length === 0) break;
    await reindex(db, shapes, rows);
    after = Number(rows.at(-1)!.seq);
  }
  await setIndexShape(db, shapes.fingerprint());
}

/** Objects of nouns that are no more stay as they are, unseen. */
async function reindex(db: Db, shapes: Shapes, rows: readonly ObjectRow[]): Promise<void> {
  const known = rows.filter(({ noun }) => shapes.has(noun));
  const all = known.map((row) => indexOf(shapes.of(row.noun), row, JSON.parse(row.fields) as StoredFields));
  const changed = known.flatMap((row, i): ObjectRow[] => {
    const { searched, sort_key } = all[i]!;
    return searched === row.searched && sort_key === row.sort_key ? [] : [{ ...row, searched, sort_key }];
  });
  if (changed.length > 0)
    await db
      .insertInto("objects")
      .values(changed)
      .onConflict((conflict) =>
        conflict.column("id").doUpdateSet(({ ref }) => ({
          searched: ref("excluded.searched"),
          sort_key: ref("excluded.sort_key"),
        })),
      )
      .execute();
  await writeIndex(db, { claims: all.flatMap(({ claims }) => claims), refs: all.flatMap(({ refs }) => refs) });
}
