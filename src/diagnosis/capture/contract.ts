import type { TransportAddress } from "#base";

/** What a capture takes. Plain data, since it crosses to worker processes. */
export interface CaptureFilter {
  /** "192.0.2.0/24" or a lone address; either end must be in one of them. None: all. */
  readonly prefixes: readonly string[];
  /** Either end must have one of them. None: all. */
  readonly ports: readonly number[];
}

/** A ring of files: with the last one full, the oldest goes. */
export interface RingLimits {
  readonly fileBytes: number;
  readonly files: number;
}

export interface CaptureOptions {
  /** Where the files go; it must exist. */
  readonly folder: string;
  readonly filter: CaptureFilter;
  /** Bytes kept of each packet, from its IP header on. */
  readonly snaplen: number;
  readonly limits: RingLimits;
}

export type CaptureState =
  | { readonly state: "idle" }
  | ({ readonly state: "running" } & CaptureCounts)
  /** It ended by itself. */
  | ({ readonly state: "failed"; readonly why: string } & CaptureCounts);

export interface CaptureCounts {
  /** Taken; segments of TCP count as packets. */
  readonly packets: number;
  /** Not written because the disk was too slow. */
  readonly dropped: number;
  /** On the disk. */
  readonly bytes: number;
}

/** Somewhere that packets can be captured: the sockets of this process, or of a worker. */
export interface CaptureSource {
  /** The module whose sockets it sees, and the first word of its files. */
  readonly name: string;
  /** Never rejects for what the disk does: that shows in `state`. */
  start(options: CaptureOptions): Promise<void>;
  /** Resolves when all is on the disk. */
  stop(): Promise<void>;
  /** A line of text between the packets. */
  note(text: string): void;
  state(): CaptureState | Promise<CaptureState>;
}

/** One TCP connection, as a capture sees it. `in` is what comes from the remote end. */
export interface ConnectionRecorder {
  data(direction: Direction, bytes: Uint8Array): void;
  /** That side sends no more. */
  end(direction: Direction): void;
  /** Nothing more comes or goes: closed by us, or reset by the remote end. */
  closed(how: "closed" | "reset"): void;
}

export type Direction = "in" | "out";

export interface Ends {
  readonly local: TransportAddress;
  readonly remote: TransportAddress;
}
