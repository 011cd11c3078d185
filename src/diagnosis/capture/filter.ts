import { isIP } from "node:net";
import { canonicalAddress, inPrefixes, type Prefix, parsePrefix, type TransportAddress, textOf } from "#base";
import type { CaptureFilter, Ends } from "./contract.ts";
import { fail } from "./errors.ts";

const MOST_WORDS = 50;
/** Judged addresses that are kept; a capture may see any number of strangers. */
const MOST_JUDGED = 10_000;

/**
 * Reads what an administrator asks for: addresses, prefixes and names, which are looked up once. Rejects with
 * CAPTURE_BAD_FILTER.
 */
export async function readFilter(
  addresses: readonly string[],
  ports: readonly number[],
  resolve: (name: string) => Promise<readonly string[]>,
): Promise<CaptureFilter> {
  if (addresses.length > MOST_WORDS || ports.length > MOST_WORDS)
    throw fail("CAPTURE_BAD_FILTER", { what: "the list", why: `more than ${MOST_WORDS} of them` });
  for (const port of ports)
    if (!Number.isInteger(port) || port < 1 || port > 65535)
      throw fail("CAPTURE_BAD_FILTER", { what: port, why: "not a port, 1 to 65535" });
  const prefixes = await Promise.all(addresses.map((word) => prefixesOf(word.trim(), resolve)));
  return { prefixes: [...new Set(prefixes.flat())], ports: [...new Set(ports)] };
}

async function prefixesOf(word: string, resolve: (name: string) => Promise<readonly string[]>): Promise<string[]> {
  if (parsePrefix(word)) return [isIP(word) ? (canonicalAddress(word) ?? word) : word];
  if (!/^[\w-]+(\.[\w-]+)*\.?$/.test(word) || word.length > 253 || /^[\d.]+$/.test(word))
    throw fail("CAPTURE_BAD_FILTER", { what: `"${word.slice(0, 60)}"`, why: "not an address, a prefix or a name" });
  let found: readonly string[];
  try {
    found = await resolve(word);
  } catch (error) {
    throw fail("CAPTURE_BAD_FILTER", { what: `"${word}"`, why: textOf(error) }, error);
  }
  const addresses = found.flatMap((address) => canonicalAddress(address) ?? []);
  if (addresses.length === 0) throw fail("CAPTURE_BAD_FILTER", { what: `"${word}"`, why: "DNS has no address of it" });
  return addresses;
}

/** Whether packets between two ends are wanted. Either end may match: an administrator thinks of the far one. */
export class FilterMatch {
  readonly #prefixes: readonly Prefix[];
  readonly #ports: ReadonlySet<number>;
  readonly #judged = new Map<string, boolean>();

  constructor({ prefixes, ports }: CaptureFilter) {
    this.#prefixes = prefixes.map((text) => parsePrefix(text)).filter((prefix) => prefix !== undefined);
    this.#ports = new Set(ports);
  }

  wants({ local, remote }: Ends): boolean {
    return this.wantsBetween(local, remote);
  }

  /** For packets, which are too many to make an object for each. */
  wantsBetween(local: TransportAddress, remote: TransportAddress): boolean {
    if (this.#ports.size > 0 && !this.#ports.has(remote.port) && !this.#ports.has(local.port)) return false;
    return this.#prefixes.length === 0 || this.#isInside(remote.address) || this.#isInside(local.address);
  }

  #isInside(address: string): boolean {
    const known = this.#judged.get(address);
    if (known !== undefined) return known;
    const canonical = canonicalAddress(address.split("%")[0]!);
    const inside = canonical !== undefined && inPrefixes(canonical, this.#prefixes);
    if (this.#judged.size >= MOST_JUDGED) this.#judged.clear();
    this.#judged.set(address, inside);
    return inside;
  }
}
