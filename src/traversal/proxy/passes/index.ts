import { randomBytes } from "node:crypto";
import type { Pass, Passage, Policy } from "../passage.ts";
import { hasFewHeaders, hasOneFraming, hasServedMethod, isHttp11 } from "./form.ts";
import { readsForwarded, setsForwarded } from "./forwarded.ts";
import { hostIsRouted, hostIsTunnels, setsHost } from "./host.ts";
import {
  dropsAliases,
  dropsHopByHop,
  dropsIdentity,
  dropsWebSocketExtensions,
  requiresTrace,
  setsTrace,
  takesTrace,
} from "./hygiene.ts";
import { isAllowed, normalisesTarget } from "./target.ts";
import { hasOwnOrigin, isWebSocketHandshake } from "./websocket.ts";

const newTrace = () => randomBytes(8).toString("hex");

/** What the edge does with a request from the Internet, in this order. */
export const EDGE_PASSES: readonly Pass[] = [
  takesTrace(newTrace),
  isHttp11,
  hasFewHeaders,
  hasOneFraming,
  hostIsRouted,
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
  isAllowed,
  readsForwarded,
  dropsHopByHop,
  dropsIdentity,
  dropsAliases,
  dropsWebSocketExtensions,
  setsHost,
  setsForwarded,
  setsTrace,
];

export function runPasses(passes: readonly Pass[], passage: Passage, policy: Policy): void {
  for (const pass of passes) pass(passage, policy);
}
