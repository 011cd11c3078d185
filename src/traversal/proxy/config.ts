import { z } from "zod";
import { hostPort, path, prefix } from "#base";
import { PROXY_LIMITS, type ProxyLimits } from "./limits.ts";

type Row = readonly [least: number, most: number, help: string];

/** Each limit's range; what is left out of `web.limits` is as `PROXY_LIMITS` says. */
const LIMITS: Record<keyof ProxyLimits, Row> = {
  headerBytes: [8_192, 262_144, "request line and headers together, bytes"],
  headerCount: [20, 1_000, "headers of a request"],
  bodyBytes: [65_536, 1_073_741_824, "body of a request, bytes"],
  firstBytesMs: [500, 60_000, "a new connection until it is clear what it speaks, ms"],
  handshakeMs: [1_000, 60_000, "a TLS handshake, ms"],
  headersMs: [1_000, 60_000, "the headers of a request, ms"],
  requestMs: [5_000, 3_600_000, "a whole request with its body, ms"],
  keepAliveMs: [1_000, 120_000, "a connection between two requests, ms"],
  idleMs: [10_000, 3_600_000, "a connection on which nothing moves, ms"],
  answerMs: [1_000, 300_000, "the first byte of the inside's answer, ms"],
  stallMs: [1_000, 300_000, "a client that takes nothing of its answer, ms"],
  requestsPerConnection: [10, 1_000_000, "requests on one connection"],
  bodyBytesPerSecond: [1, 1_000_000, "least pace of a request's body, bytes a second"],
  webSocketFrameBytes: [65_536, 16_777_216, "one frame of a WebSocket, bytes"],
  webSocketIdleMs: [10_000, 3_600_000, "a WebSocket on which nothing moves, ms"],
  connections: [16, 1_000_000, "connections in all"],
  connectionsPerSource: [1, 1_000_000, "connections of one source: an IPv4 address, or an IPv6 /64"],
  newConnectionsPerSecond: [1, 1_000_000, "new connections a second of one source"],
  newConnectionsBurst: [1, 1_000_000, "new connections at once of one source, after a pause"],
  handshakesPerSecond: [1, 1_000_000, "TLS handshakes a second of one source"],
  handshakesBurst: [1, 1_000_000, "TLS handshakes at once of one source, after a pause"],
  handshakesAtOnce: [1, 1_000_000, "TLS handshakes of one source that are under way"],
  requestsPerSecond: [1, 1_000_000, "requests a second of one source; beyond, they are answered with 429"],
  requestsBurst: [1, 1_000_000, "requests at once of one source, after a pause"],
  upstreamConnections: [1, 65_536, "connections to the inside that plain requests of one join host share"],
};

/** `web.limits` of edge.yaml. */
export const webLimitsSection = z
  .strictObject(
    Object.fromEntries(
      Object.entries(LIMITS).map(([key, [least, most, help]]) => [
        key,
        z
          .int()
          .min(least)
          .max(most)
          .default(PROXY_LIMITS[key as keyof ProxyLimits])
          .describe(help),
      ]),
    ) as Record<keyof ProxyLimits, z.ZodDefault<z.ZodInt>>,
  )
  .prefault({});

/** The edge's `web:` section. */
export const webSection = z.strictObject({
  listen: hostPort(443).default({ address: "0.0.0.0", port: 443 }).describe("where guests' browsers connect, TCP"),
  redirectListen: hostPort(80)
    .optional()
    .describe("plain HTTP that redirects to HTTPS and answers the challenges of ACME, TCP"),
  certificate: path().describe("PEM certificate for the join hosts, chain included"),
  key: path().describe("PEM private key of the certificate"),
  proxyProtocol: z
    .strictObject({
      from: z
        .array(prefix())
        .default([])
        .describe("TCP balancers in front: their connections must begin with a PROXY header, v1 or v2; no others may"),
    })
    .prefault({})
    .describe("the real address of guests behind a TCP balancer"),
  limits: webLimitsSection.describe("what guests may do at once, and how slow they may be"),
});
