import type { ClaimGroup, FieldValue } from "#api-schema";

export type Fields = Readonly<Record<string, FieldValue>>;

/** One object of the API: its noun says which fields it may have. Unset fields are not there. */
export interface StoredObject {
  /** UUID, lower case. Singletons have their noun's name. */
  readonly id: string;
  /** Name of its noun: "coSpace". */
  readonly noun: string;
  /** The object that it lives in: the coSpace of an accessMethod. It goes with it. */
  readonly parent: string | undefined;
  readonly fields: Fields;
  /** Counts the changes from 1: the ETag. */
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly changedAt: number;
}

export interface NewObject {
  /** Chosen if left out. */
  readonly id?: string;
  readonly noun: string;
  readonly parent?: string;
  readonly fields: Fields;
}

export interface ListQuery {
  readonly parent?: string;
  /** Objects whose searched fields contain this text, whatever its case. */
  readonly filter?: string;
  /** Objects with these values; `undefined` asks for those where the field is unset. References and short texts only. */
  readonly where?: Readonly<Record<string, FieldValue | undefined>>;
  readonly offset?: number;
  /** All if left out. */
  readonly limit?: number;
}

export interface ObjectList {
  /** All that match, whatever offset and limit. */
  readonly total: number;
  readonly objects: readonly StoredObject[];
}

/** Who holds a unique value: a call id, a URI. */
export interface Claim {
  readonly group: ClaimGroup;
  readonly value: string;
  readonly noun: string;
  readonly id: string;
}

/** A field that names another object. */
export interface Referrer {
  readonly noun: string;
  readonly id: string;
  readonly field: string;
}

/** Reads see what has been committed, or inside a change what it has written itself. */
export interface ObjectReader {
  /** A singleton is always there: with version 0 and no fields before anyone has set one. */
  get(noun: string, id: string): Promise<StoredObject | undefined>;
  /** Sorted by the noun's `sort`, then by age. */
  list(noun: string, query?: ListQuery): Promise<ObjectList>;
  /** Compared without case. */
  holders(group: ClaimGroup, value: string): Promise<readonly Claim[]>;
  referrers(id: string): Promise<readonly Referrer[]>;
}

export interface ObjectWriter extends ObjectReader {
  /** Rejects with STORAGE_DUPLICATE, or STORAGE_NO_SUCH_REFERENCE for a reference that leads nowhere. */
  insert(object: NewObject): Promise<StoredObject>;
  /**
   * Sets fields; `undefined` unsets one, others stay. Rejects with STORAGE_CHANGED_MEANWHILE if it has another version
   * than `ifVersion`, STORAGE_NO_SUCH_OBJECT, STORAGE_DUPLICATE or STORAGE_NO_SUCH_REFERENCE.
   */
  update(
    noun: string,
    id: string,
    fields: Readonly<Record<string, FieldValue | undefined>>,
    ifVersion?: number,
  ): Promise<StoredObject>;
  /** Its children go too, and fields that name it are unset. False if there was none. Rejects with STORAGE_CHANGED_MEANWHILE. */
  remove(noun: string, id: string, ifVersion?: number): Promise<boolean>;
  /** True for the first who asks with this name in the storage's life: for what is done at the first start only. */
  once(name: string): Promise<boolean>;
}

/** One committed change of one object, in the order in which they were written. */
export interface Change {
  readonly noun: string;
  readonly id: string;
  readonly parent: string | undefined;
  readonly what: "inserted" | "updated" | "removed";
}

/**
 * The storage seam. Every promise may reject with STORAGE_UNREADABLE (the engine failed: file gone, disk full, connection
 * lost) without anything half done. What has resolved is durable: it survives the process being killed and the machine
 * losing power.
 */
export interface Storage extends ObjectReader {
  /** Runs alone: no other change overlaps, of whatever process. If `run` throws, nothing of it is kept. */
  change<T>(run: (writer: ObjectWriter) => Promise<T>): Promise<T>;
  /** Told after each commit of this process. Returns the function that ends it. */
  onChange(listener: (changes: readonly Change[]) => void): () => void;
  /** The key that signs tokens: 32 random bytes, made on first use, the same for every process on this storage. */
  signingKey(): Promise<Uint8Array>;
  /**
   * Writes a consistent copy while others go on reading and writing. It holds the key of the sealed values, so that it can
   * be restored alone: whoever can read it can read every passcode. Rejects with STORAGE_BACKUP_FAILED.
   */
  backup(file: string): Promise<BackupReport>;
}

export interface BackupReport {
  readonly objects: number;
  /** Size of the file. */
  readonly bytes: number;
}
