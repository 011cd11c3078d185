import { type ErrorTable, errorsOf } from "#base";

export const storageErrors = {
  STORAGE_UNREADABLE: {
    kind: "system",
    text: "{file}: the storage cannot be used ({why})",
    remedy: "check that the file and its folder belong to the user that runs Turnpike and that the disk is not full",
  },
  STORAGE_NEWER_SCHEMA: {
    kind: "config",
    text: "{file}: written by a newer Turnpike (schema {found}, this one knows {known})",
    remedy: "run the newer version again, or restore the copy made before the upgrade",
  },
  STORAGE_URI_TAKEN: {
    kind: "user",
    text: "a space with the URI `{uri}` exists already",
    remedy: "choose another URI",
  },
  STORAGE_BAD_SPACE: { kind: "user", text: "the space's {field} {why}", remedy: "mend the {field} and try again" },
} as const satisfies ErrorTable;

export const fail = errorsOf(storageErrors);
