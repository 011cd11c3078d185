import type { Scope, TransportAddress } from "#base";
import { attributes, Method } from "#stun";
import { type ExchangeOptions, exchange } from "./exchange.ts";
import { BRISK } from "./transactions.ts";

export interface BindingAnswer {
  /** This client's address as the server sees it. */
  readonly mapped: TransportAddress | undefined;
  readonly rttMs: number;
  /** Told to bridges by an edge of Turnpike. */
  readonly load: { readonly allocations: number; readonly capacity: number; readonly draining: boolean } | undefined;
}

/**
 * One Binding request with credentials, which changes nothing on the server. Rejects with TURN_CLIENT_UNREACHABLE,
 * _TIMEOUT, _UNAUTHORIZED or _REFUSED within 8 s.
 */
export function askBinding(scope: Scope, options: ExchangeOptions): Promise<BindingAnswer> {
  return exchange(scope, options, async (session, transactions) => {
    const answer = await session.request(Method.binding, [], BRISK);
    const load = answer.get(attributes.turnpikeLoad);
    return { mapped: answer.get(attributes.xorMappedAddress), rttMs: transactions.rttMs, load };
  });
}
