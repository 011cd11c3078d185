import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { formatAddress, type Log, Scope } from "#base";
import { loadPair, type Pair } from "#certificates";
import { type EdgeProxy, startEdgeProxy, type WebCounters } from "#proxy";
import type { RunningRole } from "#roles";
import {
  type EdgeEnd,
  type EdgeTunnelRow,
  loadPrivateKey,
  loadPublicKeys,
  startEdgeEnd,
  type TunnelKey,
} from "#tunnel";
import { startTurnWorker, type TurnServerOptions, type TurnWorker, type TurnWorkerStatus, turnOptions } from "#turn";
import type { EdgeConfig } from "./config.ts";

export interface EdgeStatus {
  readonly tunnels: readonly EdgeTunnelRow[];
  readonly web: WebCounters;
  /** Undefined while the TURN worker is being started anew. */
  readonly turn: TurnWorkerStatus | undefined;
}

export interface RunningEdge extends RunningRole {
  status(): Promise<EdgeStatus>;
}

/** What the edge reads from files, all of it before the first socket is opened. */
interface Material {
  readonly web: Pair;
  readonly hostKey: TunnelKey;
  readonly authorizedKeys: readonly TunnelKey[];
  readonly turn: TurnServerOptions;
}

/** Starts the DMZ role. Rejects with the first failure after it closed again whatever it had opened. */
export async function startEdge(config: EdgeConfig, log: Log): Promise<RunningEdge> {
  const material = read(config);
  warnOfNames(material.web.certificate, config.joinHosts, log);
  const scope = new Scope();
  try {
    return await open(scope, config, material, log);
  } catch (error) {
    await scope.close({ code: "start-failed" });
    throw error;
  }
}

function read({ web, tunnel, turn }: EdgeConfig): Material {
  return {
    web: loadPair(web.certificate, web.key),
    hostKey: loadPrivateKey(tunnel.hostKey),
    authorizedKeys: tunnel.authorizedKeys.flatMap((file) => loadPublicKeys(file)),
    turn: turnOptions(turn),
  };
}

async function open(scope: Scope, config: EdgeConfig, material: Material, log: Log): Promise<RunningEdge> {
  const { joinHosts, web, tunnel } = config;
  const { hostKey, authorizedKeys } = material;
  const turn = await startTurnWorker(scope, material.turn, log.with({ part: "turn" }));
  const end = await startEdgeEnd(scope, {
    listen: tunnel.listen,
    hostKey,
    authorizedKeys,
    joinHosts,
    log: log.with({ part: "tunnel" }),
  });
  // Last, and so the first to close: what it still carries ends before the tunnel does.
  const proxy = await startEdgeProxy(scope, {
    listen: web.listen,
    redirectListen: web.redirectListen,
    ...material.web,
    joinHosts,
    openChannel: (host) => end.openChannel(host),
    log: log.with({ part: "proxy" }),
  });
  return {
    scope,
    info: infoOf(proxy, end, turn),
    status: async () => ({
      tunnels: end.status(),
      web: proxy.status(),
      turn: await turn.status().catch(() => undefined),
    }),
  };
}

function infoOf(proxy: EdgeProxy, end: EdgeEnd, turn: TurnWorker): Record<string, string> {
  return {
    web: formatAddress(proxy.address),
    ...(proxy.redirectAddress ? { redirect: formatAddress(proxy.redirectAddress) } : {}),
    tunnel: formatAddress(end.address),
    turn: turn.listening.map(formatAddress).join(", "),
  };
}

/** Browsers refuse a certificate that lacks the name, which the guest sees and the administrator does not. */
function warnOfNames(certificate: string, joinHosts: readonly string[], log: Log): void {
  const leaf = new X509Certificate(certificate);
  for (const host of joinHosts)
    if (!(isIP(host) ? leaf.checkIP(host) : leaf.checkHost(host)))
      log.warn("web certificate does not name a join host", { host, names: leaf.subjectAltName });
}
