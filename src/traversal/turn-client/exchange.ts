import { formatAddress, Scope, systemClock, TurnpikeError, textOf } from "#base";
import { DecodeError, decodeMessage, MessageClass } from "#stun";
import { openConnection } from "./connection.ts";
import type { TurnClientOptions } from "./contract.ts";
import { fail } from "./errors.ts";
import { Session } from "./session.ts";
import { Transactions } from "./transactions.ts";

export type ExchangeOptions = Pick<TurnClientOptions, "server" | "transport" | "credentials" | "tls">;

/** For all of it, ms: TCP would try to connect for minutes. */
const WITHIN = 7800;

/**
 * Runs a few requests over a connection of its own, which ends with them or with `scope`. Rejects with
 * TURN_CLIENT_UNREACHABLE, _TIMEOUT, _UNAUTHORIZED or _REFUSED.
 */
export async function exchange<T>(
  scope: Scope,
  options: ExchangeOptions,
  run: (session: Session, transactions: Transactions) => Promise<T>,
): Promise<T> {
  // No child of `scope`, which would remember it as long as it lives: exchanges are made every half minute.
  await using own = new Scope();
  const stop = () => void own.close();
  scope.signal.addEventListener("abort", stop);
  own.defer(() => scope.signal.removeEventListener("abort", stop));
  if (scope.closed) stop();
  const values = { server: formatAddress(options.server), transport: options.transport };
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => {});
  own.signal.addEventListener("abort", () => broken.reject(own.signal.reason));
  own.after(WITHIN, () => broken.reject(fail("TURN_CLIENT_TIMEOUT", values)));
  let transactions: Transactions | undefined;
  const connecting = openConnection(own, options, {
    onMessage: (bytes) => {
      // Whoever waits for the answer reads it later.
      const message = decodeMessage(Buffer.from(bytes));
      if (message instanceof DecodeError || message.malformed) return;
      if (message.class !== MessageClass.indication) transactions?.settle(message);
    },
    onBroken: (why) => broken.reject(fail("TURN_CLIENT_UNREACHABLE", { ...values, why })),
  });
  try {
    transactions = new Transactions(own, systemClock, await Promise.race([connecting, broken.promise]));
    return await Promise.race([run(new Session(options, transactions), transactions), broken.promise]);
  } catch (error) {
    if (error instanceof TurnpikeError || scope.closed) throw error;
    throw fail("TURN_CLIENT_UNREACHABLE", { ...values, why: textOf(error) }, error);
  }
}
