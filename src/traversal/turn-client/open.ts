import { formatAddress, type Log, type Scope, TurnpikeError, textOf } from "#base";
import { Allocation } from "./allocation.ts";
import type { TurnAllocation, TurnClientOptions } from "./contract.ts";
import { fail } from "./errors.ts";

/** For everything from the name look-up to the allocation, ms: a guest is told within 8 s what is wrong. */
const OPEN_WITHIN = 7800;

/**
 * Opens an allocation that lives until it is closed, lost, or `scope` ends. Rejects with TURN_CLIENT_UNREACHABLE,
 * _TIMEOUT, _UNAUTHORIZED or _REFUSED within 8 s.
 */
export async function openTurnAllocation(scope: Scope, options: TurnClientOptions, log?: Log): Promise<TurnAllocation> {
  const own = scope.child();
  const allocation = new Allocation(own, options, log);
  const values = { server: formatAddress(options.server), transport: options.transport };
  const late = Promise.withResolvers<never>();
  const timer = own.after(OPEN_WITHIN, () => late.reject(fail("TURN_CLIENT_TIMEOUT", values)));
  own.signal.addEventListener("abort", () => late.reject(own.signal.reason), { once: true });
  try {
    await Promise.race([allocation.open(), late.promise]);
    return allocation;
  } catch (error) {
    await own.close();
    throw error instanceof TurnpikeError || scope.closed
      ? error
      : fail("TURN_CLIENT_UNREACHABLE", { ...values, why: textOf(error) }, error);
  } finally {
    timer.cancel();
  }
}
