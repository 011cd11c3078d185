import { type Scope, systemClock, type TransportAddress } from "#base";
import { attribute, attributes, Method } from "#stun";
import { type ExchangeOptions, exchange } from "./exchange.ts";
import { BRISK, HASTY } from "./transactions.ts";

/** RFC 8656 18.8: the protocol number of UDP. */
const UDP = 17;
/** Asked for, seconds, in case the good-bye is lost. A server may give more. */
const LIFETIME = 30;

export interface ProbeAnswer {
  /** From request to answer, ms. */
  readonly rttMs: number;
  /** This client's address as the server sees it. */
  readonly mapped: TransportAddress | undefined;
  readonly relayed: TransportAddress | undefined;
}

/**
 * Tries a TURN server as a client uses it: an authenticated Allocate, given back at once (RFC 8656 7, 8). Rejects with
 * TURN_CLIENT_UNREACHABLE, _TIMEOUT, _UNAUTHORIZED or _REFUSED within 8 s.
 */
export function probeAllocation(scope: Scope, options: ExchangeOptions): Promise<ProbeAnswer> {
  return exchange(scope, options, async (session, transactions) => {
    const wishes = [attribute(attributes.requestedTransport, UDP), attribute(attributes.lifetime, LIFETIME)];
    const startedUs = systemClock.monotonicUs();
    const answer = await session.request(Method.allocate, wishes, BRISK);
    // If every request had to be sent again, it is at most all the time that it took.
    const rttMs = transactions.rttMs || (systemClock.monotonicUs() - startedUs) / 1000;
    await session.request(Method.refresh, [attribute(attributes.lifetime, 0)], HASTY).catch(() => {});
    return {
      rttMs,
      mapped: answer.get(attributes.xorMappedAddress),
      relayed: answer.get(attributes.xorRelayedAddress),
    };
  });
}
