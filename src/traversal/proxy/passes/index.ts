import { randomBytes } from "node:crypto";
import { TurnpikeError } from "#base";
import type { Pass, Passage, Policy } from "../passage.ts";
import { hasFewHeaders, hasOneFraming, hasServedMethod, isHttp11 } from "./form.ts";
import { readsForwarded, setsForwarded } from "./forwarded.ts";
import { hostIsNamed, hostIsRouted, hostIsTunnels, setsHost } from "./host.ts";
import {
  dropsAliases,
  dropsHopByHop,
  dropsIdentity,
  dropsWebSocketExtensions,
  requiresTrace,
  setsTrace,
  takesTrace,
} from "./hygiene.ts";
import { isWithinRate } from "./rate.ts";
import { isAllowed, normalisesTarget } from "./target.ts";
import { hasOwnOrigin, isWebSocketHandshake } from "./websocket.ts";

/** Random bytes of many traces: asking for eight at a time takes longer than the whole rest of the passes. */
const pool = { bytes: Buffer.alloc(0), at: 0 };
const POOL_BYTES = 4096;

function newTrace(): string {
  if (pool.at >= pool.bytes.length) {
    pool.bytes = randomBytes(POOL_BYTES);
    pool.at = 0;
  }
  pool.at += 8;
  return pool.bytes.toString("hex", pool.at - 8, pool.at);
}

/** What the edge does with a request from the Internet, in this order. */
export const EDGE_PASSES: readonly Pass[] = [
  takesTrace(newTrace),
  isWithinRate,
  isHttp11,
  hasFewHeaders,
  hasOneFraming,
  hostIsRouted,
  hostIsNamed,
  hasServedMethod,
  normalisesTarget,
  isWebSocketHandshake,
  hasOwnOrigin,
  dropsHopByHop,
  dropsIdentity,
  dropsAliases,
  dropsWebSocketExtensions,
  setsHost,
  setsForwarded,
  setsTrace,
];

/** What the core does with a request from the tunnel. The edge may have been broken into: nothing of it is believed. */
export const CORE_PASSES: readonly Pass[] = [
  requiresTrace,
  isHttp11,
  hasFewHeaders,
  hasOneFraming,
  hostIsTunnels,
  hasServedMethod,
  normalisesTarget,
  isWebSocketHandshake,
  hasOwnOrigin,
  readsForwarded,
  isAllowed,
  dropsHopByHop,
  dropsIdentity,
  dropsAliases,
  dropsWebSocketExtensions,
  setsHost,
  setsForwarded,
  setsTrace,
];

export function runPasses(passes: readonly Pass[], passage: Passage, policy: Policy): void {
  try {
    for (const pass of passes) pass(passage, policy);
  } catch (error) {
    if (error instanceof TurnpikeError) policy.refused?.(error.code, passage.source ?? "");
    throw error;
  }
}
