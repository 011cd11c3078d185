import { isIP } from "node:net";
import { addressKey, type TransportAddress, TurnpikeError } from "#base";
import type { Dns, DnsAnswer } from "#dns";
import { fail } from "./errors.ts";

/** Where a join host's Web Bridge may be. The lowest priority that is alive is used; in it, weights say how often. */
export interface Candidate {
  /** The SRV target, the configured name, or the join host itself. */
  readonly name: string;
  readonly where: TransportAddress;
  readonly priority: number;
  readonly weight: number;
}

export interface Found {
  readonly source: "configured" | "srv" | "address";
  readonly candidates: readonly Candidate[];
  /** Seconds that all of it holds; undefined if it needs no look-up. */
  readonly ttl: number | undefined;
  /** A part could not be looked up: one of several SRV targets. */
  readonly failure: TurnpikeError | undefined;
}

/** Of an address record; below every SRV record (RFC 2782). */
const NO_SRV = { priority: 65536, weight: 0 };
const HTTPS_PORT = 443;
/** A join host has a few Web Bridges; more is a broken or hostile answer. */
const MAX_CANDIDATES = 32;

/** The configured place, else SRV `_cms-web._tls.<host>`, else the host's own addresses on 443. Rejects as `#dns` does. */
export async function lookUp(host: string, target: TransportAddress | undefined, dns: Dns): Promise<Found> {
  if (target)
    return { source: "configured", ...(await at(dns, target.address, target.port, { priority: 0, weight: 0 })) };
  const services = isIP(host) ? undefined : await srv(dns, `_cms-web._tls.${host}`);
  if (!services) return { source: "address", ...(await at(dns, host, HTTPS_PORT, NO_SRV)) };
  const found = await Promise.all(
    services.records.map(({ name, port, ...order }) => at(dns, name, port, order).catch(failureOf)),
  );
  const good = found.filter((one): one is Addresses => !(one instanceof TurnpikeError));
  const failure = found.find((one) => one instanceof TurnpikeError);
  if (good.length === 0 && failure) throw failure;
  return {
    source: "srv",
    candidates: distinct(good.flatMap(({ candidates }) => candidates)).slice(0, MAX_CANDIDATES),
    ttl: Math.min(services.ttl, ...good.map(({ ttl }) => ttl ?? services.ttl)),
    failure,
  };
}

/** Two names may have one address: it is one target, of the better priority. */
function distinct(candidates: readonly Candidate[]): Candidate[] {
  const sorted = candidates.toSorted((a, b) => a.priority - b.priority);
  return [...new Map(sorted.toReversed().map((one) => [addressKey(one.where), one])).values()].reverse();
}

interface Service {
  readonly name: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

/** Undefined if there are none. A server that fails is no proof of that: the address may be another machine's. */
async function srv(dns: Dns, name: string): Promise<{ records: Service[]; ttl: number } | undefined> {
  const answer = await dns.lookup(name, "SRV").catch((error: unknown) => {
    if (isNone(error)) return undefined;
    throw error;
  });
  if (!answer) return undefined;
  const records = answer.records.map(({ data }) => serviceOf(data)).filter((one) => one !== undefined);
  // RFC 2782: a lone target of "." says that the service is decidedly not available.
  if (records.length === 0) throw fail("JOIN_HOST_NO_SERVICE", { name });
  return { records, ttl: ttlOf(answer) };
}

/** "10 5 443 wb.example.com", as a zone file has it. */
function serviceOf(data: string): Service | undefined {
  const [priority, weight, port, target = ""] = data.split(" ");
  const name = target.toLowerCase().replace(/\.$/, "");
  if (!name || Number(port) === 0) return undefined;
  return { name, port: Number(port), priority: Number(priority), weight: Number(weight) };
}

type Addresses = Omit<Found, "source">;

async function at(
  dns: Dns,
  name: string,
  port: number,
  order: { readonly priority: number; readonly weight: number },
): Promise<Addresses> {
  const { addresses, ttl } = await addressesOf(dns, name);
  const candidates = addresses.map((address): Candidate => ({ name, where: { address, port }, ...order }));
  return { candidates, ttl, failure: undefined };
}

async function addressesOf(dns: Dns, name: string): Promise<{ addresses: readonly string[]; ttl: number | undefined }> {
  if (isIP(name)) return { addresses: [name], ttl: undefined };
  const types = ["AAAA", "A"] as const;
  const found = await Promise.all(types.map((type) => dns.lookup(name, type).catch(failureOf)));
  const answers = found.filter((one): one is DnsAnswer => !(one instanceof TurnpikeError));
  // Whoever has both failures is told the one that is not "none".
  const failures = found.filter((one) => one instanceof TurnpikeError);
  if (answers.length === 0) throw failures.find((one) => !isNone(one)) ?? failures.at(-1)!;
  return {
    addresses: answers.flatMap(({ records }) => records.map(({ data }) => data)),
    ttl: Math.min(...answers.map(ttlOf)),
  };
}

function ttlOf({ records }: DnsAnswer): number {
  return Math.min(...records.map(({ ttl }) => ttl));
}

function isNone(error: unknown): boolean {
  return error instanceof TurnpikeError && (error.code === "DNS_NO_SUCH_NAME" || error.code === "DNS_NO_RECORDS");
}

function failureOf(error: unknown): TurnpikeError {
  if (error instanceof TurnpikeError) return error;
  throw error;
}
