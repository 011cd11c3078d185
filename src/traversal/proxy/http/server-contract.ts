import type { Duplex } from "node:stream";
import type { Exchange } from "./exchange.ts";

/** Caps and times of one connection, read anew for each step, so that they may change. All times ms. */
export interface ServerLimits {
  readonly headerBytes: number;
  readonly bodyBytes: number;
  readonly headersMs: number;
  readonly requestMs: number;
  readonly keepAliveMs: number;
  readonly idleMs: number;
  readonly stallMs: number;
  /** A body may be slower for a few seconds only. */
  readonly bodyBytesPerSecond: number;
  readonly requestsPerConnection: number;
}

/** What no honest client does: its request came too slowly, was none, or could be read as two. */
export type Misbehaviour = "slow" | "http-malformed" | "smuggling";

export interface Handler {
  /** A request has come, without its body. The answer goes to the exchange. */
  request(exchange: Exchange): void;
  misbehaved(stream: Duplex, how: Misbehaviour): void;
  readonly limits: ServerLimits;
}
