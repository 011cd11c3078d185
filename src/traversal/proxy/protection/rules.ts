import type { Prefix } from "#base";
import type { Rate } from "./bucket.ts";

/** "observe" says whom it would block; "off" counts nothing. The limits hold in every mode. */
export type ProtectionMode = "block" | "observe" | "off";

/** What may be done from one IPv4 address or IPv6 /64. A company's NAT may hide hundreds of guests with six connections each. */
export interface SourceLimits {
  readonly connectionsPerSource: number;
  readonly newConnections: Rate;
  readonly newHandshakes: Rate;
  readonly handshakesAtOnce: number;
  readonly requests: Rate;
}

export const SOURCE_LIMITS: SourceLimits = {
  connectionsPerSource: 600,
  newConnections: { perSecond: 100, burst: 200 },
  newHandshakes: { perSecond: 100, burst: 200 },
  handshakesAtOnce: 100,
  requests: { perSecond: 200, burst: 400 },
};

export interface ProtectionRules {
  readonly mode: ProtectionMode;
  /** Neither blocked nor limited. */
  readonly exempt: readonly Prefix[];
  /** Points at which a source is blocked. */
  readonly threshold: number;
  /** The first block of a source, and the longest, ms. */
  readonly firstBlockMs: number;
  readonly lastBlockMs: number;
}

export const PROTECTION_RULES: ProtectionRules = {
  mode: "block",
  exempt: [],
  threshold: 100,
  firstBlockMs: 60_000,
  lastBlockMs: 3_600_000,
};
