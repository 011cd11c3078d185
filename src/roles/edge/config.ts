import { hostname } from "node:os";
import { z } from "zod";
import { adminSection } from "#admin-http";
import { logSection, path, type TransportAddress } from "#base";
import { acmeSection, localAuthoritySection } from "#certificates";
import { controlSection } from "#control";
import { dnsSection } from "#dns";
import { eventLogSection } from "#event-log";
import type { Listener } from "#listeners";
import { joinHostName, protectionSection, webSection } from "#proxy";
import { tunnelSection } from "#tunnel";
import { listenersOf, turnSection } from "#turn";

/** edge.yaml. */
export const edgeConfig = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .max(100)
      .default(() => hostname())
      .describe("what administrators call this edge; the machine's name if left out"),
    joinHosts: z.array(joinHostName()).min(1).max(100).describe("public names under which guests join"),
    web: webSection
      .extend({
        certificate: path().optional().describe("PEM certificate for the join hosts, chain included"),
        key: path().optional().describe("PEM private key of the certificate"),
        ca: path()
          .optional()
          .describe("PEM file of a private authority that clients trust, if the certificate is from one"),
        acme: acmeSection
          .optional()
          .describe("certificate by ACME (RFC 8555), HTTP-01 on `redirectListen`; the files serve until there is one"),
        localAuthority: localAuthoritySection
          .optional()
          .describe(
            "certificate by an authority of its own, where there are no files: browsers must be told to trust it",
          ),
      })
      .describe("HTTPS towards the Internet"),
    tunnel: tunnelSection.describe("SSH from the cores"),
    turn: turnSection.describe("relays for media"),
    protection: protectionSection.describe("what becomes of sources that keep failing"),
    dns: dnsSection.describe("how names are resolved"),
    eventLog: eventLogSection.describe("the event log that administrators read"),
    diagnostics: path().default("diagnostics").describe("folder of the latest diagnostic log"),
    control: controlSection.describe("the command line's way to the running edge"),
    admin: adminSection.optional().describe("administration over HTTPS; off if left out"),
    log: logSection.describe("what is printed on standard error"),
  })
  .superRefine(({ web, admin }, context) => {
    const files = web.certificate !== undefined && web.key !== undefined;
    if (!files && !web.acme && !web.localAuthority)
      context.addIssue({
        code: "custom",
        path: ["web", "certificate"],
        message: "needs `certificate` and `key`, or `acme`",
      });
    if (web.acme && !web.redirectListen)
      context.addIssue({
        code: "custom",
        path: ["web", "acme"],
        message: "needs `web.redirectListen`, port 80, for its challenges",
      });
    const why = admin && adminPortProblem(admin.listen, web.listen);
    if (why) context.addIssue({ code: "custom", path: ["admin", "listen"], message: why });
  });

/** What an administrator of the guide's edge may choose from. */
export const ADMIN_PORTS: readonly number[] = [445, 7443, 8445, 9000];

/** Why the administration cannot listen there beside the web, as guests come to 443 (the guide's step 3). */
export function adminPortProblem(admin: TransportAddress, web: TransportAddress): string | undefined {
  const any = (address: string) => address === "0.0.0.0" || address === "::";
  const apart = !any(admin.address) && !any(web.address) && admin.address !== web.address;
  if (apart || admin.port === 0) return undefined;
  if (admin.port !== 443 && admin.port !== web.port) return undefined;
  return `port ${admin.port} is where guests come in: choose ${ADMIN_PORTS.join(", ")}, or the address of a management interface of its own`;
}

export type EdgeConfig = z.output<typeof edgeConfig>;

/** Every socket that the role will open, by its key. */
export function edgeListeners({ turn, ...rest }: EdgeConfig): readonly Listener[] {
  return [
    ...ownListeners(rest),
    ...listenersOf(turn).flatMap((where) =>
      where.transports.map((transport): Listener => {
        const key = where.transports.includes("tls") ? "turn.tlsListen" : "turn.listen";
        return { key, transport: transport === "udp" ? "udp" : "tcp", where };
      }),
    ),
  ];
}

/** Those that are not TURN's. No peer of a relay may be one of them. */
export function neverPeers(config: EdgeConfig): readonly TransportAddress[] {
  return ownListeners(config).map(({ where }) => where);
}

function ownListeners({ web, tunnel, admin }: Pick<EdgeConfig, "web" | "tunnel" | "admin">): readonly Listener[] {
  const tcp = (key: string, where: TransportAddress): Listener => ({ key, transport: "tcp", where });
  return [
    tcp("web.listen", web.listen),
    ...(web.redirectListen ? [tcp("web.redirectListen", web.redirectListen)] : []),
    tcp("tunnel.listen", tunnel.listen),
    ...(admin ? [tcp("admin.listen", admin.listen)] : []),
  ];
}

/** Pages and the command line may change these, with all that is below them. */
export const EDGE_EDITABLE: readonly string[] = [
  "name",
  "joinHosts",
  "web.limits",
  "web.proxyProtocol",
  "protection",
  "turn.realm",
  "turn.profile",
  "turn.limits",
  "turn.relay.ports",
  "turn.udp443",
  "turn.unauthenticatedBinding",
  "turn.tcpAllocations",
  "turn.mobility",
  "admin.listen",
  "admin.idleTimeoutMinutes",
];

/** By key: what a running edge cannot take over. What TURN cannot, it says itself. */
export function fixedKeys({ web, turn, tunnel, admin, control, dns, eventLog, diagnostics, log }: EdgeConfig) {
  return {
    "web.listen": web.listen,
    "web.redirectListen": web.redirectListen,
    "tunnel.listen": tunnel.listen,
    "turn.tcp443": turn.tcp443,
    ...{ admin, control, dns, eventLog, diagnostics, log },
  };
}
