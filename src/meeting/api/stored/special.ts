import type { FieldValue } from "#api-schema";
import type { Fields, ObjectReader, ObjectWriter, StoredObject } from "#storage";
import type { Element } from "../http/element.ts";
import type { Call } from "../http/route.ts";
import type { Given } from "./fields.ts";

/** What is different for the objects of one noun. */
export interface Special {
  /** Elements that are not fields: how many access methods a space has. */
  extras?(reader: ObjectReader, object: StoredObject, listed: boolean): Promise<readonly Element[]>;
  /** Before anything is locked: costly work, such as the hash of a password. Fields that it gives are stored. */
  prepare?(given: Given, call: Call): Promise<Readonly<Record<string, FieldValue | undefined>>>;
  insert?(writer: ObjectWriter, given: Given, parent: string | undefined): Promise<StoredObject>;
  update?(writer: ObjectWriter, object: StoredObject, given: Given): Promise<StoredObject>;
  /** Before it is removed; may refuse. */
  removing?(writer: ObjectWriter, object: StoredObject): Promise<void>;
  /** Finds it by something else than its id. */
  find?(reader: ObjectReader, id: string, parent: string | undefined): Promise<StoredObject | undefined>;
}

/** The user who has this userJid. */
export async function userByJid(reader: ObjectReader, jid: string): Promise<StoredObject | undefined> {
  const [holder] = await reader.holders("userJid", jid);
  return holder && reader.get("user", holder.id);
}

/** A field of an object as text. */
export function textIn(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return value === undefined ? undefined : String(value);
}
