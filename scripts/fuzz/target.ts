/** How an input falls into parts, and where a part may hold a STUN message; the mutations keep to it most of the time. */
export interface Format {
  /** Where the message begins in a part. */
  readonly messageAt: number;
  parts(input: Buffer): Buffer[];
  join(parts: readonly Buffer[]): Buffer;
}

/** Something that must hold for any bytes. */
export interface Target {
  /** Holds `corpus/*.bin`, the seeds, and `crashes/*.bin`, inputs that once failed. */
  readonly testdata: string;
  readonly format: Format;
  /** Throws, or rejects, if something does not hold. Returns words for what the input did: a new word makes an input interesting. */
  run(input: Buffer): readonly string[] | Promise<readonly string[]>;
  /** For targets that wait for what they cause: an input that takes longer holds something up. 2000 ms if left out. */
  readonly patienceMs?: number;
  /** Seeds that are written down as source, by name. */
  seeds?(): ReadonlyMap<string, Buffer>;
}
