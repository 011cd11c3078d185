import type { ClaimGroup } from "#api-schema";
import { type ErrorTable, errorsOf, TurnpikeError } from "#base";

export const storageErrors = {
  STORAGE_UNREADABLE: {
    kind: "system",
    text: "{file}: the storage cannot be used ({why})",
    remedy:
      "check that the file and its folder belong to the user that runs Turnpike and that the disk is not full, or that the database server runs",
    guest: "The meeting server cannot read its data at the moment. Please try again in a minute.",
  },
  STORAGE_NEWER_SCHEMA: {
    kind: "config",
    text: "{file}: written by a newer Turnpike (schema {found}, this one knows {known})",
    remedy: "run the newer version again, or restore the copy made before the upgrade",
  },
  STORAGE_KEY_WRONG: {
    kind: "config",
    text: "{keyFile}: not the key with which the secrets in {file} are sealed ({why})",
    remedy:
      "put the right key file back (another server on this storage has it), or `turnpike restore --force` a backup",
  },
  STORAGE_BAD_ADDRESS: {
    kind: "config",
    text: "storage: `{where}` is not a file and not a usable postgres:// address ({why})",
    remedy: "write `postgres://user@host:5432/database`, and the password in the file that `passwordFile` names",
  },
  STORAGE_DUPLICATE: {
    kind: "user",
    text: "the {field} `{value}` is taken by another {holder}",
    remedy: "choose another {field}, or another passcode if both belong to one space",
  },
  STORAGE_NO_SUCH_REFERENCE: {
    kind: "user",
    text: "{noun}: {field} names the {to} `{id}`, which does not exist",
    remedy: "give the id of a {to} that exists",
  },
  STORAGE_NO_SUCH_OBJECT: {
    kind: "user",
    text: "there is no {noun} `{id}`",
    remedy: "look up the id in the list; the object may have been deleted meanwhile",
  },
  STORAGE_CHANGED_MEANWHILE: {
    kind: "user",
    text: "the {noun} `{id}` was changed by someone else meanwhile (version {found}, expected {expected})",
    remedy: "read it again and repeat the change",
  },
  STORAGE_TOO_MANY: {
    kind: "user",
    text: "there may be {limit} objects of the kind {noun}, and there are",
    remedy: "delete one first",
  },
  STORAGE_MISUSED: {
    kind: "bug",
    text: "the storage was asked for what it cannot do: {what}",
    remedy: "report this as a fault of Turnpike",
  },
  STORAGE_BACKUP_FAILED: {
    kind: "system",
    text: "{file}: the backup could not be written ({why})",
    remedy: "choose a folder that can be written and has room; an older backup of that name is still as it was",
  },
  STORAGE_BACKUP_UNUSABLE: {
    kind: "user",
    text: "{file}: not a complete backup ({why})",
    remedy: "take another copy of the backup; nothing has been changed",
  },
  STORAGE_NOT_EMPTY: {
    kind: "user",
    text: "{file}: the storage holds {objects} objects already",
    remedy: "restore into an empty storage, or say `--force` to replace everything in it",
  },
} as const satisfies ErrorTable;

export const fail = errorsOf(storageErrors);

/** A unique value is taken. The API makes duplicateCoSpaceId and its relatives of it. */
export class StorageDuplicate extends TurnpikeError {
  readonly group: ClaimGroup;
  readonly value: string;
  readonly field: string;
  /** Both belong to one space, and their passcodes are the same. */
  readonly samePlace: boolean;

  constructor(claim: { group: ClaimGroup; value: string; field: string; samePlace: boolean; holder: string }) {
    super("STORAGE_DUPLICATE", storageErrors.STORAGE_DUPLICATE, claim);
    this.group = claim.group;
    this.value = claim.value;
    this.field = claim.field;
    this.samePlace = claim.samePlace;
  }
}
