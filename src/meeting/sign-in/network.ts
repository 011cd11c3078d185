import type { LookupAddress, LookupOptions } from "node:dns";
import { isIPv6, type LookupFunction } from "node:net";
import type { Dns } from "#dns";

/** How this part reaches directories and identity providers. */
export interface Network {
  /** Names are looked up here; by the operating system if it is left out. */
  readonly lookup: LookupFunction | undefined;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
}

export function networkOf(dns: Dns | undefined, signal: AbortSignal): Network {
  return { lookup: dns && lookupBy(dns), signal };
}

/** Runs, but no longer than until the signal: rejects with its reason then. */
export async function untilAborted<T>(signal: AbortSignal, run: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const stop = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([run(), aborted.promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function lookupBy(dns: Dns): LookupFunction {
  return (host, options: LookupOptions, done) => {
    dns.addresses(host).then(
      (addresses) => {
        const found: LookupAddress[] = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
        if (options.all) done(null, found);
        else done(null, found[0]!.address, found[0]!.family);
      },
      (error: NodeJS.ErrnoException) => done(error, ""),
    );
  };
}
