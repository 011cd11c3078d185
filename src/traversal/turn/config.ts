import { readFileSync } from "node:fs";
import { z } from "zod";
import { hostPort, ipAddress, parsePrefix, path, portRange, type TransportAddress, textOf } from "#base";
import { loadPair } from "#certificates";
import { fail } from "./errors.ts";
import { limitsSection } from "./limits-config.ts";
import type { ListenAddress, RelayAddress, TurnServerOptions } from "./options.ts";
import { readUsers } from "./users-file.ts";

const role = z.enum(["guest", "bridge"]);

/** Kept as text, since it crosses to the worker process. */
const prefixText = z.string().refine((text) => parsePrefix(text) !== undefined, {
  error: "not an address or prefix, such as 10.0.0.0/8",
});

/** What differs between our own defaults and those of the guide's Expressway-E. */
const PROFILES = {
  turnpike: { realm: "turnpike", wrongPasswordCode: 401 },
  expressway: { realm: "TANDBERG", wrongPasswordCode: 431 },
} as const;

/** One address and no wildcard: relays stand on the outer network only, and peers are told where. */
const ofFamily = (ipv6: boolean) =>
  ipAddress()
    .refine((address) => address.includes(":") === ipv6, { error: `not an IPv${ipv6 ? 6 : 4} address` })
    .refine((address) => address !== "0.0.0.0" && address !== "::", {
      error: "not one address: give that of the interface towards the Internet",
    });

const relaySection = z
  .strictObject({
    address: ofFamily(false).optional().describe("IPv4 address of this machine that relay sockets are bound to"),
    advertised: ofFamily(false).optional().describe("IPv4 address by which peers reach it through a static NAT"),
    address6: ofFamily(true).optional().describe("IPv6 address of this machine that relay sockets are bound to"),
    advertised6: ofFamily(true).optional().describe("IPv6 address by which peers reach it, if that is another"),
    allowPrivate: z
      .boolean()
      .default(false)
      .describe("the advertised address may be a private one: all guests are on that network"),
    ports: portRange().default({ first: 24000, last: 29999 }).describe("UDP ports of relays (and TCP ones, RFC 6062)"),
    defaultFamily: z
      .enum(["ipv4", "listener", "dual"])
      .default("ipv4")
      .describe("relay for clients that ask for no family: ipv4 (RFC 8656), that of the listener, or one of each"),
  })
  .refine(({ address, address6 }) => address ?? address6, { error: "needs `address` or `address6`" });

const allowPeers = z
  .strictObject({
    guest: z.array(prefixText).default([]).describe("prefixes that guests may reach besides the relays of bridges"),
    bridge: z.array(prefixText).default([]).describe("prefixes that bridges may reach besides public addresses"),
  })
  .prefault({});

const clusterPeer = z.strictObject({
  server: hostPort(3478).describe("another edge's TURN over UDP, as clients reach it"),
  tcpPort: z.int().min(1).max(65535).optional().describe("its port for TCP and TLS clients, such as 443 with `tcp443`"),
  probe: hostPort(3478).optional().describe("the same as this edge reaches it, if that is another address"),
});

/** The `turn` block of edge.yaml. */
export const turnSection = z
  .strictObject({
    profile: z
      .enum(["turnpike", "expressway"])
      .default("turnpike")
      .describe("defaults of `realm` and `wrongPasswordCode`: ours, or those of an Expressway-E (TANDBERG, 431)"),
    listen: z
      .array(hostPort(3478))
      .min(1)
      .describe("addresses for clients: UDP, and TCP and TLS told apart by themselves"),
    tlsListen: z.array(hostPort(5349)).default([]).describe("addresses for clients over TLS only"),
    tcp443: z
      .boolean()
      .default(false)
      .describe(
        "TCP and TLS clients share the port of `web.listen`; then TCP on `listen` is off, as on an Expressway-E",
      ),
    udp443: z.boolean().default(false).describe("UDP clients also on port 443 of each `listen` address"),
    certificate: path().optional().describe("PEM chain for TLS clients; without it that of `web`"),
    key: path().optional().describe("its PEM private key"),
    serverNames: z
      .array(z.string().toLowerCase())
      .default([])
      .describe("names of TURN alone on the shared port 443: connections to them are never web"),
    relay: relaySection.describe("where relayed packets leave and arrive"),
    realm: z.string().min(1).max(127).optional().describe("realm of the credentials (default by `profile`)"),
    wrongPasswordCode: z
      .union([z.literal(401), z.literal(431)])
      .optional()
      .describe("answer to a wrong password (default by `profile`)"),
    sharedSecretFile: path().optional().describe("file with the secrets of short-term credentials, one per line"),
    usersFile: path().optional().describe("file of local users, written by `turnpike turn user`"),
    defaultRole: role.default("guest").describe("role of short-term user names that name none"),
    unauthenticatedBinding: z.boolean().default(false).describe("answer STUN Binding without credentials"),
    tcpAllocations: z.boolean().default(false).describe("relays for TCP (RFC 6062)"),
    mobility: z.boolean().default(false).describe("allocations that follow their client to a new address (RFC 8016)"),
    allowPeers: allowPeers.describe("prefixes that a role may reach besides its default"),
    plane: z
      .enum(["auto", "typescript"])
      .default("auto")
      .describe("what moves packets: auto is the native plane where it was built, else the one in TypeScript"),
    threads: z.int().min(0).max(64).default(0).describe("threads of the native plane; 0 is one for each core"),
    pauseMicroseconds: z
      .int()
      .min(0)
      .max(5000)
      .default(1000)
      .describe(
        "for so long at most packets wait for others while many come, so that each costs less; 0 is not at all",
      ),
    cluster: z.array(clusterPeer).default([]).describe("other edges, for clients when this one is full or drains"),
    limits: limitsSection.describe("how much one client, and all of them, may have"),
  })
  .refine(({ certificate, key }) => (certificate === undefined) === (key === undefined), {
    error: "give both `certificate` and `key`, or neither: then those of `web` are used",
  });

export type TurnSection = z.output<typeof turnSection>;

/** What the section needs to know of the rest of edge.yaml. */
export interface TurnSurroundings {
  /** For TLS, if the section names no certificate of its own. */
  readonly web?: { readonly certificate: string; readonly key: string } | undefined;
  /** Where this edge listens for other things. */
  readonly neverPeers?: readonly TransportAddress[];
}

/** Reads the files. Throws TURN_NO_CREDENTIALS, TURN_SECRET_UNREADABLE, TURN_USERS_*, or what is wrong with the certificate. */
export function turnOptions(section: TurnSection, { web, neverPeers = [] }: TurnSurroundings = {}): TurnServerOptions {
  const { sharedSecretFile, usersFile, relay, certificate, key } = section;
  if (!sharedSecretFile && !usersFile) throw fail("TURN_NO_CREDENTIALS");
  const realm = realmOf(section);
  const { defaultRole, unauthenticatedBinding, tcpAllocations, mobility, allowPeers, cluster, limits } = section;
  const { plane, threads, pauseMicroseconds } = section;
  return {
    listen: listenersOf(section),
    tls: certificate && key ? loadPair(certificate, key) : web,
    relay: {
      ipv4: placeOf(relay.address, relay.advertised),
      ipv6: placeOf(relay.address6, relay.advertised6),
      ports: relay.ports,
      defaultFamily: relay.defaultFamily,
    },
    realm,
    wrongPasswordCode: section.wrongPasswordCode ?? PROFILES[section.profile].wrongPasswordCode,
    sharedSecrets: sharedSecretFile ? linesOf("turn.sharedSecretFile", sharedSecretFile) : [],
    users: usersFile ? readUsers(usersFile, realm) : [],
    ...{ defaultRole, unauthenticatedBinding, tcpAllocations, mobility, allowPeers, cluster, limits, neverPeers },
    ...{ plane, threads, pauseMicroseconds },
  };
}

export function realmOf({ realm, profile }: TurnSection): string {
  return realm ?? PROFILES[profile].realm;
}

/** With TURN on TCP 443 the other TCP port does not answer: the guide's rule. */
export function listenersOf({ listen, tlsListen, tcp443, udp443 }: TurnSection): ListenAddress[] {
  const at = (where: TransportAddress, ...transports: ListenAddress["transports"]) => ({ ...where, transports });
  return [
    ...listen.map((where) => (tcp443 ? at(where, "udp") : at(where, "udp", "tcp"))),
    ...(udp443 ? listen.map(({ address }) => at({ address, port: 443 }, "udp")) : []),
    ...tlsListen.map((where) => at(where, "tls")),
  ];
}

function placeOf(address: string | undefined, advertised: string | undefined): RelayAddress | undefined {
  return address === undefined ? undefined : { address, advertised: advertised ?? address };
}

function linesOf(key: string, file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw fail("TURN_SECRET_UNREADABLE", { key, file, why: textOf(error) });
  }
  const lines = text.split("\n").map((line) => line.trim());
  const filled = lines.filter((line) => line !== "");
  if (filled.length === 0) throw fail("TURN_SECRET_UNREADABLE", { key, file, why: "it is empty" });
  return filled;
}
