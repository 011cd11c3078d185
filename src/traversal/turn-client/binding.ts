import { type Scope, systemClock, type TransportAddress, TurnpikeError, textOf } from "#base";
import { attributes, DecodeError, decodeMessage, MessageClass, Method } from "#stun";
import { openConnection } from "./connection.ts";
import type { TurnClientOptions } from "./contract.ts";
import { fail } from "./errors.ts";
import { Session } from "./session.ts";
import { BRISK, Transactions } from "./transactions.ts";

export interface BindingAnswer {
  /** This client's address as the server sees it. */
  readonly mapped: TransportAddress | undefined;
  readonly rttMs: number;
  /** Told to bridges by an edge of Turnpike. */
  readonly load: { readonly allocations: number; readonly capacity: number; readonly draining: boolean } | undefined;
}

/**
 * One Binding request with credentials, which changes nothing on the server. Rejects with TURN_CLIENT_UNREACHABLE,
 * _TIMEOUT, _UNAUTHORIZED or _REFUSED within some 4 s for each of the two round trips.
 */
export async function askBinding(
  scope: Scope,
  options: Pick<TurnClientOptions, "server" | "transport" | "credentials" | "tls">,
): Promise<BindingAnswer> {
  await using own = scope.child();
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => {});
  const values = { server: `${options.server.address}:${options.server.port}`, transport: options.transport };
  const lose = (why: string) => broken.reject(fail("TURN_CLIENT_UNREACHABLE", { ...values, why }));
  let transactions: Transactions | undefined;
  const connecting = openConnection(own, options, {
    onMessage: (bytes) => {
      const message = decodeMessage(bytes);
      if (message instanceof DecodeError || message.malformed) return;
      if (message.class !== MessageClass.indication) transactions?.settle(message);
    },
    onBroken: lose,
  });
  try {
    const connection = await Promise.race([connecting, broken.promise]);
    transactions = new Transactions(own, systemClock, connection);
    const session = new Session(options, transactions);
    const answer = await Promise.race([session.request(Method.binding, [], BRISK), broken.promise]);
    const load = answer.get(attributes.turnpikeLoad);
    return { mapped: answer.get(attributes.xorMappedAddress), rttMs: transactions.rttMs, load };
  } catch (error) {
    throw error instanceof TurnpikeError
      ? error
      : fail("TURN_CLIENT_UNREACHABLE", { ...values, why: textOf(error) }, error);
  }
}
