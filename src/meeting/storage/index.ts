export { restoreStorage } from "./backup/restore.ts";
export type {
  BackupReport,
  Change,
  Claim,
  Fields,
  ListQuery,
  NewObject,
  ObjectList,
  ObjectReader,
  ObjectWriter,
  Referrer,
  Storage,
  StoredObject,
} from "./contract.ts";
export { StorageDuplicate, storageErrors } from "./errors.ts";
export { openStorage, type StorageOptions } from "./open.ts";
export { hashPassword, passwordMatches, textMatches } from "./passwords.ts";
export { openTestStorage } from "./testing.ts";
