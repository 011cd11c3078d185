import { z } from "zod";
import { type AdminRoute, readBody } from "#admin-http";
import type { Dns, DnsAnswer, RecordType } from "#dns";

export interface DnsDeps {
  readonly dns: Dns;
  /** Links that wait for their next try try now. */
  readonly retryLinks: () => void;
  readonly edgeAddresses: () => readonly string[];
}

export interface LookupAnswer extends DnsAnswer {
  readonly name: string;
  readonly type: RecordType;
  /** Addresses among the records that are an edge's: a Web Bridge's name must not lead there. */
  readonly edges: readonly string[];
}

const lookupQuery = z.object({
  name: z.string().min(1).max(255),
  type: z.enum(["A", "AAAA", "SRV", "CNAME", "TXT", "PTR"]).default("A"),
});

/** What the MMP's `dns flush` and `dns lookup` do. */
export function dnsRoutes({ dns, retryLinks, edgeAddresses }: DnsDeps): readonly AdminRoute[] {
  return [
    {
      method: "POST",
      path: "/api/dns/flush",
      run: () => {
        const flushed = dns.flush();
        retryLinks();
        return { flushed };
      },
    },
    {
      method: "GET",
      path: "/api/dns/lookup",
      run: async ({ query }): Promise<LookupAnswer> => {
        const { name, type } = readBody(lookupQuery, query);
        const answer = await dns.lookup(name, type);
        const known = edgeAddresses();
        const edges = answer.records.map(({ data }) => data).filter((data) => known.includes(data));
        return { name, type, ...answer, edges };
      },
    },
  ];
}
