import { randomBytes, randomInt, randomUUID } from "node:crypto";
import { TurnpikeError, textOf } from "#base";
import type { AccessProof, NewSpace, Space, SpaceStore } from "./contract.ts";
import type { StorageEngine } from "./engine.ts";
import { fail } from "./errors.ts";
import { hashPasscode, passcodeMatches, secretMatches } from "./passcodes.ts";
import type { SpaceRow } from "./schema.ts";

const FIRST_CALL_ID = 100_000_000;
const LAST_CALL_ID = 999_999_999;
/** With a million spaces a random call id is taken once in 900: this many misses in a row do not happen. */
const CALL_ID_TRIES = 20;
const SECRET_BYTES = 16;
const KEY_BYTES = 32;
const MAX_NAME = 200;
const MAX_URI = 100;
const PASSCODE_LENGTH = { min: 4, max: 64 };

/** The store over any engine. */
export function spaceStore(engine: StorageEngine): SpaceStore {
  const { db } = engine;
  const findRow = (callId: string) =>
    db.selectFrom("spaces").selectAll().where("call_id", "=", callId).executeTakeFirst();
  const guarded =
    <A extends unknown[], T>(run: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      try {
        return await run(...args);
      } catch (error) {
        if (error instanceof TurnpikeError) throw error;
        throw fail("STORAGE_UNREADABLE", { file: engine.name, why: textOf(error) }, error);
      }
    };
  return {
    createSpace: guarded((space) => createSpace(engine, space)),
    findSpace: guarded(async (id) => {
      const row = await db.selectFrom("spaces").selectAll().where("id", "=", id).executeTakeFirst();
      return row && spaceOf(row);
    }),
    findByCallId: guarded(async (callId) => {
      const row = await findRow(callId);
      return row && spaceOf(row);
    }),
    listSpaces: guarded(async () => {
      const rows = await db.selectFrom("spaces").selectAll().orderBy("name").orderBy("id").execute();
      return rows.map(spaceOf);
    }),
    deleteSpace: guarded(async (id) => {
      const result = await db.deleteFrom("spaces").where("id", "=", id).executeTakeFirst();
      return result.numDeletedRows > 0n;
    }),
    verifyAccess: guarded(async (callId, proof) => {
      const row = await findRow(callId);
      return (await mayEnter(row, proof)) && row ? spaceOf(row) : undefined;
    }),
    signingKey: guarded(() => signingKey(engine)),
  };
}

/** Every check runs whether or not there is such a space. */
async function mayEnter(row: SpaceRow | undefined, proof: AccessProof): Promise<boolean> {
  const secretRight = proof.secret === undefined || secretMatches(row?.secret ?? "", proof.secret);
  const passcodeRight =
    proof.passcode === undefined || (await passcodeMatches(row?.passcode_hash ?? null, proof.passcode));
  const shown = proof.secret !== undefined || proof.passcode !== undefined;
  return secretRight && passcodeRight && (shown || row?.passcode_hash === null);
}

async function createSpace(engine: StorageEngine, space: NewSpace): Promise<Space> {
  const fields = checked(space);
  const passcodeHash = space.passcode === undefined ? null : await hashPasscode(space.passcode);
  for (let tries = 0; tries < CALL_ID_TRIES; tries++) {
    const row: SpaceRow = {
      id: randomUUID(),
      ...fields,
      call_id: String(randomInt(FIRST_CALL_ID, LAST_CALL_ID + 1)),
      secret: randomBytes(SECRET_BYTES).toString("base64url"),
      passcode_hash: passcodeHash,
      created_at: Date.now(),
    };
    try {
      await engine.db.insertInto("spaces").values(row).execute();
      return spaceOf(row);
    } catch (error) {
      const column = engine.duplicateColumn(error);
      if (column === "uri") throw fail("STORAGE_URI_TAKEN", { uri: space.uri }, error);
      if (column !== "call_id") throw error;
    }
  }
  throw fail("STORAGE_UNREADABLE", { file: engine.name, why: "no call id is free" });
}

function checked(space: NewSpace): Pick<SpaceRow, "name" | "uri"> {
  const name = space.name.trim();
  const bad = (field: string, why: string) => fail("STORAGE_BAD_SPACE", { field, why });
  if (name === "" || name.length > MAX_NAME) throw bad("name", `must have 1 to ${MAX_NAME} characters`);
  if (space.uri !== undefined && (space.uri.length > MAX_URI || !/^[\w.-]+$/.test(space.uri)))
    throw bad("URI", `must have 1 to ${MAX_URI} letters, digits, dots, dashes or underscores, and no @`);
  const { min, max } = PASSCODE_LENGTH;
  if (space.passcode !== undefined && (space.passcode.length < min || space.passcode.length > max))
    throw bad("passcode", `must have ${min} to ${max} characters`);
  return { name, uri: space.uri ?? null };
}

/** The first process to ask makes the key; the others find it. */
async function signingKey({ db }: StorageEngine): Promise<Uint8Array> {
  const find = () => db.selectFrom("settings").select("value").where("name", "=", "signing-key").executeTakeFirst();
  const found = await find();
  if (found) return new Uint8Array(found.value);
  const made = { name: "signing-key", value: new Uint8Array(randomBytes(KEY_BYTES)) };
  await db
    .insertInto("settings")
    .values(made)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return new Uint8Array((await find())!.value);
}

function spaceOf(row: SpaceRow): Space {
  return {
    id: row.id,
    name: row.name,
    uri: row.uri ?? undefined,
    callId: row.call_id,
    secret: row.secret,
    hasPasscode: row.passcode_hash !== null,
    createdAt: Number(row.created_at),
  };
}
