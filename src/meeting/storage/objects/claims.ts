import type { ClaimGroup } from "#api-schema";
import type { Fields } from "../contract.ts";
import { StorageDuplicate } from "../errors.ts";
import type { ClaimRow, Db } from "../schema.ts";
import type { Sealer } from "../sealing.ts";
import { objectOf } from "./row.ts";

/** Groups whose values a space and its access methods may share if the passcode tells them apart. */
const SHARED: ReadonlySet<ClaimGroup> = new Set(["callId", "uri"]);

/** Rejects with STORAGE_DUPLICATE if another object holds one of the values. */
export async function checkClaims(db: Db, claims: readonly ClaimRow[], fields: Fields, sealer: Sealer): Promise<void> {
  for (const claim of claims) {
    const others = await db
      .selectFrom("claims")
      .selectAll()
      .where("grp", "=", claim.grp)
      .where("value", "=", claim.value)
      .where("id", "!=", claim.id)
      .execute();
    for (const other of others) {
      const together = SHARED.has(claim.grp) && other.place === claim.place;
      if (together && !(await samePasscode(db, other, fields, sealer))) continue;
      throw new StorageDuplicate({
        group: claim.grp,
        value: claim.value,
        field: claim.field,
        samePlace: together,
        holder: other.noun,
      });
    }
  }
}

async function samePasscode(db: Db, other: ClaimRow, fields: Fields, sealer: Sealer): Promise<boolean> {
  const row = await db.selectFrom("objects").selectAll().where("id", "=", other.id).executeTakeFirst();
  if (!row) return false;
  const its = objectOf(row, sealer).fields;
  const passcodeOf = (object: Fields) => object.passcode ?? object.passcodeHash ?? "";
  return passcodeOf(its) === passcodeOf(fields);
}
