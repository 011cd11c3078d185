import type { IceServer } from "#bridge-link";
import { readSecretFile } from "#certificates";
import type { EdgeServer, MediaWorkerOptions } from "#media";
import { shortTermCredentials } from "#turn-client";
import type { CallBridgeConfig, TurnServerConfig } from "./config.ts";

/** A TURN server as both its users see it: the media workers, and guests. */
export interface TurnServer extends EdgeServer {
  /** Where guests reach it. */
  readonly clientAddress: string;
  readonly tcpPortNumberOverride?: number;
}

/** How long a guest's TURN credentials are good: they renew allocations with them all through a meeting, ms. */
const CREDENTIALS_LIFE = 24 * 3600_000;

/** Reads the secret files that the configuration names. Throws their errors. */
export function readTurnServers(config: readonly TurnServerConfig[]): TurnServer[] {
  return config.map((server) => ({
    serverAddress: server.serverAddress,
    port: server.port,
    transport: server.transport,
    clientAddress: server.clientAddress,
    ...(server.tcpPortNumberOverride === undefined ? {} : { tcpPortNumberOverride: server.tcpPortNumberOverride }),
    credentials:
      server.sharedSecretFile === undefined
        ? { kind: "static", username: server.username!, password: readSecretFile(server.passwordFile!) }
        : { kind: "short-term", sharedSecret: readSecretFile(server.sharedSecretFile) },
  }));
}

/** What each media worker is started with. */
export function mediaWorkerOptions(
  media: CallBridgeConfig["media"],
  turnServers: readonly TurnServer[],
  logLevel: MediaWorkerOptions["logLevel"],
): MediaWorkerOptions {
  const { address, port } = media.listen;
  return {
    listen: { address, advertised: media.advertised ?? address, port },
    edges: turnServers.map(({ serverAddress, port, transport, credentials }) => ({
      serverAddress,
      port,
      transport,
      credentials,
    })),
    logLevel,
  };
}

/** The ICE servers of a guest: each edge over UDP, and over TCP for networks that let no UDP out. */
export function iceServersFor(turnServers: readonly TurnServer[], id: string, now: number): IceServer[] {
  return turnServers.map((server) => {
    const { clientAddress, port, tcpPortNumberOverride = port, credentials } = server;
    const host = clientAddress.includes(":") ? `[${clientAddress}]` : clientAddress;
    const { username, password } =
      credentials.kind === "static"
        ? credentials
        : shortTermCredentials(credentials.sharedSecret, "guest", id, now + CREDENTIALS_LIFE);
    const urls = [`turn:${host}:${port}?transport=udp`, `turn:${host}:${tcpPortNumberOverride}?transport=tcp`];
    return { urls, username, credential: password };
  });
}
