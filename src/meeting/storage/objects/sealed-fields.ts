import type { FieldValue } from "#api-schema";
import { fail } from "../errors.ts";
import type { Sealer } from "../sealing.ts";

/** How a sealed value stands in the JSON of an object's fields. */
export interface SealedField {
  readonly sealed: string;
}

export type StoredFields = Record<string, FieldValue | SealedField>;

/** The value is bound to its object and field: elsewhere it does not open. */
export function sealedField(sealer: Sealer, id: string, field: string, value: FieldValue): SealedField {
  const sealed = sealer.seal(JSON.stringify(value), `${id} ${field}`);
  return { sealed: Buffer.from(sealed).toString("base64") };
}

export function openField(sealer: Sealer, id: string, field: string, stored: FieldValue | SealedField): FieldValue {
  if (typeof stored !== "object") return stored;
  const plain = sealer.unseal(Buffer.from(stored.sealed, "base64"), `${id} ${field}`);
  if (!plain)
    throw fail("STORAGE_UNREADABLE", { file: `object ${id}`, why: `its ${field} does not open with the key` });
  return JSON.parse(plain.toString()) as FieldValue;
}

/** The same fields under another key. */
export function resealFields(fields: StoredFields, id: string, from: Sealer, to: Sealer): StoredFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, stored]) => [
      name,
      typeof stored === "object" ? sealedField(to, id, name, openField(from, id, name, stored)) : stored,
    ]),
  );
}
