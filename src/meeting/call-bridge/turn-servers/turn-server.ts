import type { EdgeServer } from "#media";
import { fail } from "./errors.ts";

/** A turnServers object with its defaults filled in. */
export interface TurnServer {
  readonly id: string;
  /** Where the Call Bridge reaches it, as it was written: a literal address or a name. */
  readonly serverAddress: string;
  /** Where guests reach it. */
  readonly clientAddress: string;
  readonly type: string;
  /** UDP port for all, and the port of the Call Bridge's own allocation. */
  readonly portNumber: number;
  /** Of the Call Bridge's own allocation. */
  readonly transport: "udp" | "tcp";
  readonly tcpPortNumberOverride: number | undefined;
  /** Host name for guests over TLS. */
  readonly tlsAddress: string | undefined;
  readonly credentials: Credentials;
  /** It serves this Call Bridge. */
  readonly ours: boolean;
}

export type Credentials = EdgeServer["credentials"] | { readonly kind: "none"; readonly missing: string };

/** A port and transport of a TURN server. */
export interface Way {
  readonly port: number;
  readonly transport: "udp" | "tcp";
}

const HTTPS = 443;
const TURN = 3478;
/** Types that answer TCP on the port of TURN; the others answer on that of HTTPS, as the reference has it. */
const TCP_ON_TURN_PORT = ["acano", "cms", "expressway"];

/** Where guests find it over TCP. */
export function tcpPortOf(server: Pick<TurnServer, "type" | "tcpPortNumberOverride">): number {
  return server.tcpPortNumberOverride ?? (TCP_ON_TURN_PORT.includes(server.type) ? TURN : HTTPS);
}

/** The way of the Call Bridge's own allocation. */
export function ownWay({ portNumber, transport }: TurnServer): Way {
  return { port: portNumber, transport };
}

/** All that are worth a try: our own first, then those of guests. */
export function waysOf(server: TurnServer): Way[] {
  const all: Way[] = [
    ownWay(server),
    { port: server.portNumber, transport: "udp" },
    { port: tcpPortOf(server), transport: "tcp" },
  ];
  return all.filter((way, i) => all.findIndex((other) => sameWay(way, other)) === i);
}

export function sameWay(a: Way, b: Way): boolean {
  return a.port === b.port && a.transport === b.transport;
}

/** What a browser is told. It ignores `turns:` with a literal address, so there is none without a name. */
export function urlsOf(server: TurnServer): string[] {
  const { clientAddress, portNumber, tlsAddress, tcpPortNumberOverride = HTTPS } = server;
  const host = clientAddress.includes(":") ? `[${clientAddress}]` : clientAddress;
  return [
    `turn:${host}:${portNumber}?transport=udp`,
    `turn:${host}:${tcpPortOf(server)}?transport=tcp`,
    ...(tlsAddress === undefined ? [] : [`turns:${tlsAddress}:${tcpPortNumberOverride}?transport=tcp`]),
  ];
}

/** Throws TURN_SERVER_NO_CREDENTIALS. */
export function credentialsOf({ serverAddress, credentials }: TurnServer): EdgeServer["credentials"] {
  if (credentials.kind !== "none") return credentials;
  throw fail("TURN_SERVER_NO_CREDENTIALS", { server: serverAddress, missing: credentials.missing });
}
