/** A place to meet: a coSpace of the CMS API. */
export interface Space {
  /** UUID. */
  readonly id: string;
  /** Display name, 1-200 characters. */
  readonly name: string;
  /** User part of its address, unique; undefined if it has none. */
  readonly uri: string | undefined;
  /** Nine digits, no leading zero, unique. */
  readonly callId: string;
  /** Part of the meeting link, stands in for the passcode: 128 random bits in base64url (22 characters). */
  readonly secret: string;
  readonly hasPasscode: boolean;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

export interface NewSpace {
  readonly name: string;
  readonly uri?: string;
  readonly passcode?: string;
}

/** What a caller shows beside the call id. */
export interface AccessProof {
  readonly secret?: string;
  readonly passcode?: string;
}

/**
 * The storage seam. Every promise may reject with a TurnpikeError: STORAGE_UNREADABLE if the engine failed. A promise that
 * resolved is durable: it survives the process being killed and the machine losing power.
 */
export interface SpaceStore {
  /** Chooses id, call id and secret. Rejects with STORAGE_URI_TAKEN or STORAGE_BAD_SPACE. */
  createSpace(space: NewSpace): Promise<Space>;
  findSpace(id: string): Promise<Space | undefined>;
  findByCallId(callId: string): Promise<Space | undefined>;
  /** All of them, by name. */
  listSpaces(): Promise<readonly Space[]>;
  /** False if there was none with this id. */
  deleteSpace(id: string): Promise<boolean>;
  /**
   * The space if the caller may enter it, else undefined, whatever the reason: unknown call id, wrong secret, wrong or
   * missing passcode. Every credential that is shown must be right; a space without a passcode needs none. The work
   * depends on what was shown and not on what is stored, so that the time taken tells nothing about call ids.
   */
  verifyAccess(callId: string, proof: AccessProof): Promise<Space | undefined>;
  /** The key that signs access tokens: 32 random bytes, made on first use, the same for every process on this storage. */
  signingKey(): Promise<Uint8Array>;
}
