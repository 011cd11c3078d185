import { z } from "zod";
import { ipAddress } from "#base";

/** `dns:` of a role's file. */
export const dnsSection = z
  .strictObject({
    servers: z
      .array(ipAddress())
      .max(8)
      .default([])
      .describe("name servers, asked in this order; those of /etc/resolv.conf if there are none"),
  })
  .prefault({});

export type DnsConfig = z.output<typeof dnsSection>;
