import { Bucket } from "./bucket.ts";
import type { Failure } from "./failures.ts";

/** What is known of one source: an IPv4 address, or an IPv6 /64. */
export class SourceRecord {
  readonly network: string;
  /** Connections, and those of them that are in their TLS handshake. */
  open = 0;
  handshakes = 0;
  readonly connections = new Bucket();
  readonly newHandshakes = new Bucket();
  readonly requests = new Bucket();
  /** As of `pointsAtMs`; they fade. */
  points = 0;
  pointsAtMs = 0;
  /** What it got its points for since the last block. */
  readonly failures = new Map<Failure, number>();
  block: Block | undefined;
  /** Blocks so far, without a long peace in between; each is twice as long as the one before. */
  blocks = 0;
  lastBlockEndedMs = 0;

  constructor(network: string) {
    this.network = network;
  }
}

export interface Block {
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly until: number;
  readonly why: string;
  /** An administrator's: it holds in every mode. */
  readonly byHand: boolean;
}

/** Looks at so many of the oldest sources for one that may be forgotten. */
const TRIES = 16;

/** The sources that were seen last, so many at most: an attacker with many addresses cannot fill the memory. */
export class SourceTable {
  readonly #records = new Map<string, SourceRecord>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#records.size;
  }

  get(network: string): SourceRecord | undefined {
    return this.#records.get(network);
  }

  /** Makes it the one to be forgotten last. */
  touch(network: string): SourceRecord {
    const record = this.#records.get(network);
    if (record) this.#records.delete(network);
    else if (this.#records.size >= this.#capacity) this.#forgetOne();
    const touched = record ?? new SourceRecord(network);
    this.#records.set(network, touched);
    return touched;
  }

  values(): Iterable<SourceRecord> {
    return this.#records.values();
  }

  /** The oldest that has no connection and is not blocked; among so many that have, the oldest. */
  #forgetOne(): void {
    let tries = 0;
    for (const record of this.#records.values()) {
      if (record.open === 0 && !record.block) return void this.#records.delete(record.network);
      if (++tries === TRIES) break;
      this.#records.delete(record.network);
      this.#records.set(record.network, record);
    }
    this.#records.delete(this.#records.keys().next().value!);
  }
}
