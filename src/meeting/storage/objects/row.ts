import type { Fields, StoredObject } from "../contract.ts";
import type { ObjectRow } from "../schema.ts";
import type { Sealer } from "../sealing.ts";
import { openField, type StoredFields, sealedField } from "./sealed-fields.ts";
import type { Shape } from "./shape.ts";

export function objectOf(row: ObjectRow, sealer: Sealer): StoredObject {
  const stored = JSON.parse(row.fields) as StoredFields;
  const fields = Object.entries(stored).map(([name, value]) => [name, openField(sealer, row.id, name, value)]);
  return {
    id: row.id,
    noun: row.noun,
    parent: row.parent ?? undefined,
    fields: Object.fromEntries(fields),
    version: Number(row.version),
    createdAt: Number(row.created_at),
    changedAt: Number(row.changed_at),
  };
}

/** Fields as they are stored: in the order of the noun, secrets sealed. */
export function storedFields(shape: Shape, id: string, fields: Fields, sealer: Sealer): StoredFields {
  const stored: StoredFields = {};
  for (const name of shape.fields) {
    const value = fields[name];
    if (value === undefined) continue;
    stored[name] = shape.sealed.has(name) ? sealedField(sealer, id, name, value) : value;
  }
  return stored;
}
