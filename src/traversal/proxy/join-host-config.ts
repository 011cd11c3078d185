import { z } from "zod";
import { hostPort, path } from "#base";
import { fingerprintOf, loadCertificates } from "#certificates";
import type { JoinHost } from "./core-proxy.ts";
import type { Trust } from "./targets/reach.ts";

/** The public name of a Web Bridge, in lower case. */
export const joinHostName = () =>
  z
    .string()
    .max(253)
    .regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i, "not a host name")
    .transform((name) => name.toLowerCase());

/** One row of the core's `joinHosts:`. */
export const joinHostEntry = z
  .strictObject({
    host: joinHostName().describe("public name under which guests join"),
    enabled: z.boolean().default(true).describe("whether guests reach it; off keeps the row and refuses everybody"),
    target: hostPort(443)
      .optional()
      .describe("where its Web Bridge is; without it DNS says (SRV _cms-web._tls, else A/AAAA)"),
    ca: path()
      .optional()
      .describe("PEM authorities that may have signed the Web Bridge's certificate; without it the system's"),
    certificate: path()
      .optional()
      .describe("the Web Bridge's exact PEM certificate, or several while one replaces another, instead of `ca`"),
    whip: z.boolean().default(false).describe("whether encoders publish by WHIP: the automatic rules then allow PATCH"),
    automaticRules: z
      .boolean()
      .default(true)
      .describe("off for a server of which only what `allowList` names shall be reached"),
  })
  .refine(({ ca, certificate }) => !ca || !certificate, {
    message: "give `ca` or `certificate`, not both",
    path: ["ca"],
  });

export type JoinHostEntry = z.output<typeof joinHostEntry>;

/** `joinHosts:` of the core: no name twice. */
export const joinHostsSection = z
  .array(joinHostEntry)
  .max(100)
  .superRefine((entries, context) => {
    entries.forEach(({ host }, at) => {
      if (entries.findIndex((one) => one.host === host) === at) return;
      context.addIssue({ code: "custom", path: [at, "host"], message: `${host} stands here twice` });
    });
  });

/** Reads the files of trust that the entry names. Throws the errors of `loadCertificates`. */
export function joinHostOf({ ca, certificate, ...entry }: JoinHostEntry): JoinHost {
  return { ...entry, trust: trustOf(ca, certificate) };
}

function trustOf(ca: string | undefined, certificate: string | undefined): Trust {
  if (ca) return { kind: "authorities", certificates: loadCertificates(ca) };
  if (certificate) return { kind: "pinned", fingerprints: loadCertificates(certificate).map(fingerprintOf) };
  return { kind: "system" };
}
