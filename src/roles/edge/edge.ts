import { openAuditTrail, startAdminServer } from "#admin-http";
import { formatAddress, type Log, Scope, systemClock, type TransportAddress } from "#base";
import { startControl } from "#control";
import { metricsPage, processMetrics } from "#metrics";
import { type EdgeProxy, startEdgeProxy, type WebCounters } from "#proxy";
import type { RoleStart, RunningRole } from "#roles";
import { type EdgeEnd, type EdgeTunnelRow, startEdgeEnd } from "#tunnel";
import { startTurnWorker, type TurnStatus, type TurnWorker } from "#turn";
import type { EdgeConfig } from "./config.ts";
import { type Material, readMaterial, warnOfNames } from "./material.ts";
import { Reloader } from "./reload.ts";
import { turnMetrics } from "./turn-metrics.ts";
import { turnPage } from "./turn-page.ts";
import { type TurnControl, turnRoutes } from "./turn-routes.ts";

export interface EdgeStatus {
  readonly tunnels: readonly EdgeTunnelRow[];
  readonly web: WebCounters;
  /** Undefined while the TURN worker is being started anew. */
  readonly turn: TurnStatus | undefined;
}

export interface RunningEdge extends RunningRole {
  status(): Promise<EdgeStatus>;
  readonly turn: TurnControl;
}

/** Starts the DMZ role. Rejects with the first failure after it closed again whatever it had opened. */
export async function startEdge({ config, file, log }: RoleStart<EdgeConfig>): Promise<RunningEdge> {
  const material = readMaterial(config);
  warnOfNames(material.web.certificate, config.joinHosts, log);
  const scope = new Scope();
  try {
    return await open(scope, { config, material, read: () => file.read() }, log);
  } catch (error) {
    await scope.close({ code: "start-failed" });
    throw error;
  }
}

interface Start {
  readonly config: EdgeConfig;
  readonly material: Material;
  readonly read: () => EdgeConfig;
}

async function open(scope: Scope, start: Start, log: Log): Promise<RunningEdge> {
  const { config, material } = start;
  const turn = await startTurnWorker(scope, material.turn, log.with({ part: "turn" }));
  const end = await startEdgeEnd(scope, {
    listen: config.tunnel.listen,
    hostKey: material.hostKey,
    authorizedKeys: material.authorizedKeys,
    joinHosts: config.joinHosts,
    log: log.with({ part: "tunnel" }),
  });
  // Last of those that carry guests, and so the first to close: what it still carries ends before the tunnel does.
  const proxy = await startProxy(scope, start, end, turn, log);
  const reloader = new Reloader(start, { proxy, turn, log });
  reloader.watch(scope);
  const control = turnControl(turn, config, proxy.address, reloader);
  const admin = await startAdministration(scope, config, control, log);
  return {
    scope,
    info: { ...infoOf(proxy, end, turn), ...(admin ? { admin: formatAddress(admin) } : {}) },
    turn: control,
    reload: () => reloader.reload(),
    status: async () => ({
      tunnels: end.status(),
      web: proxy.status(),
      turn: await turn.status().catch(() => undefined),
    }),
  };
}

function startProxy(scope: Scope, { config, material }: Start, end: EdgeEnd, turn: TurnWorker, log: Log) {
  const { joinHosts, web } = config;
  const { tcp443, serverNames } = config.turn;
  return startEdgeProxy(scope, {
    listen: web.listen,
    redirectListen: web.redirectListen,
    ...material.web,
    joinHosts,
    openChannel: (host) => end.openChannel(host),
    turn: tcp443 ? { serverNames, onStream: (stream, origin) => turn.attach(stream, origin) } : undefined,
    log: log.with({ part: "proxy" }),
  });
}

/** The worker, with what the role knows besides: the port shared with the web, and the configuration's file. */
function turnControl(
  turn: TurnWorker,
  { turn: { tcp443 } }: EdgeConfig,
  web: TransportAddress,
  reloader: Reloader,
): TurnControl {
  return {
    status: async () => {
      const status = await turn.status();
      const shared = tcp443 ? [{ ...web, transport: "web" as const }] : [];
      return { ...status, listening: [...status.listening, ...shared] };
    },
    allocations: () => turn.allocations(),
    why: (credential, peer) => turn.why(credential, peer),
    drain: (on) => turn.drain(on),
    end: (id) => turn.end(id),
    reload: () => reloader.reload(),
  };
}

/** Where the administration over HTTPS listens, if it is configured. */
async function startAdministration(
  scope: Scope,
  { admin, control }: EdgeConfig,
  turn: TurnControl,
  log: Log,
): Promise<TransportAddress | undefined> {
  const adminLog = log.with({ part: "admin" });
  const sources = {
    ...(admin ? { audit: openAuditTrail(scope, admin.auditFile, { clock: systemClock, log: adminLog }) } : {}),
    page: () => turnPage(turn),
    routes: turnRoutes(turn),
    metrics: metricsPage(processMetrics(), turnMetrics(turn)),
  };
  await startControl(scope, control, sources, log.with({ part: "control" }));
  return admin && startAdminServer(scope, admin, sources, adminLog);
}

function infoOf(proxy: EdgeProxy, end: EdgeEnd, turn: TurnWorker): Record<string, string> {
  const udp = turn.listening.filter(({ transport }) => transport === "udp");
  return {
    web: formatAddress(proxy.address),
    ...(proxy.redirectAddress ? { redirect: formatAddress(proxy.redirectAddress) } : {}),
    tunnel: formatAddress(end.address),
    turn: udp.map(formatAddress).join(", "),
  };
}
