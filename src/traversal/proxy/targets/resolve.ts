import { lookup, Resolver } from "node:dns/promises";
import { isIP } from "node:net";
import type { TransportAddress } from "#base";

/** Where a join host's Web Bridge may be. Lower priority first; weight is for the table only, the active ones take turns. */
export interface Candidate {
  /** The SRV target, or the join host itself. */
  readonly name: string;
  readonly where: TransportAddress;
  readonly priority: number;
  readonly weight: number;
}

/** Of an address record; below every SRV record (RFC 2782). */
const NO_SRV = { priority: 65536, weight: 0 };
const HTTPS_PORT = 443;
/** A join host has a few Web Bridges; more is a broken or hostile answer. */
const MAX_CANDIDATES = 32;

export interface DnsSeam {
  srv(name: string): Promise<readonly { name: string; port: number; priority: number; weight: number }[]>;
  addresses(name: string): Promise<readonly string[]>;
}

/** SRV from DNS; addresses by the machine's own rules, so that /etc/hosts counts. */
export const systemDns: DnsSeam = {
  srv: (name) => new Resolver({ timeout: 2000, tries: 2 }).resolveSrv(name),
  addresses: async (name) => (await lookup(name, { all: true })).map(({ address }) => address),
};

/** SRV `_cms-web._tls.<host>`, else the host's own addresses on 443. Rejects with the resolver's error if there is neither. */
export async function resolveJoinHost(host: string, dns: DnsSeam): Promise<Candidate[]> {
  if (isIP(host)) return [{ name: host, where: { address: host, port: HTTPS_PORT }, ...NO_SRV }];
  const records = await dns.srv(`_cms-web._tls.${host}`).catch(() => []);
  const named = records.length > 0 ? records : [{ name: host, port: HTTPS_PORT, ...NO_SRV }];
  const found = await Promise.all(
    named.map(async ({ name, port, priority, weight }) => {
      const addresses = await dns.addresses(name).catch((error) => (records.length > 1 ? [] : Promise.reject(error)));
      return addresses.map((address): Candidate => ({ name, where: { address, port }, priority, weight }));
    }),
  );
  return found.flat().slice(0, MAX_CANDIDATES);
}
