/** The tables as the newest migration leaves them. */
export interface Schema {
  readonly spaces: SpaceRow;
  readonly settings: SettingRow;
  readonly schema_version: { readonly version: number };
}

export interface SpaceRow {
  readonly id: string;
  readonly name: string;
  readonly uri: string | null;
  readonly call_id: string;
  readonly secret: string;
  /** argon2id in PHC form, or null without a passcode. */
  readonly passcode_hash: string | null;
  /** Milliseconds since 1970. */
  readonly created_at: number;
}

export interface SettingRow {
  readonly name: string;
  readonly value: Uint8Array;
}
