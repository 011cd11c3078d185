import { watchAlarms } from "#alarms";
import { formatAddress, type Log, Scope, type TransportAddress } from "#base";
import { openSocketCapture, type SocketCapture } from "#capture";
import { type CertificateStore, openCertificateStore } from "#certificates";
import { startManagement } from "#management";
import { metricsPage, processMetrics } from "#metrics";
import { type Ground, openGround, RecentTrouble } from "#operations";
import {
  certificateNames,
  type EdgeProxy,
  type EdgeWebStatus,
  type EndToEndWatch,
  type Failure,
  Protection,
  protectionRules,
  startEdgeProxy,
  watchEndToEnd,
} from "#proxy";
import type { RoleStart, RunningRole } from "#roles";
import { type EdgeEnd, type StrangerFailure, startEdgeEnd, type EdgeStatus as TunnelStatus } from "#tunnel";
import { adviseAddresses, startTurnWorker, type TurnStatus, type TurnWorker } from "#turn";
import { edgeRoutes } from "./admin-routes/index.ts";
import { edgeAlarms } from "./alarms.ts";
import { Blocking } from "./blocking.ts";
import { EDGE_EDITABLE, type EdgeConfig } from "./config.ts";
import { certificateUses, type Material, readMaterial, warnOfNames } from "./material.ts";
import { Reloader } from "./reload.ts";
import { turnMetrics } from "./turn-metrics.ts";
import type { TurnControl } from "./turn-routes.ts";
import { webMetrics } from "./web-metrics.ts";

export interface EdgeStatus {
  readonly tunnels: TunnelStatus;
  readonly web: EdgeWebStatus;
  /** Undefined while the TURN worker is being started anew. */
  readonly turn: TurnStatus | undefined;
}

export interface RunningEdge extends RunningRole {
  status(): Promise<EdgeStatus>;
  readonly turn: TurnControl;
}

/** What a stranger at the tunnel's port is taken for. A health check or a bad line ends a handshake too. */
const STRANGERS = {
  "key-refused": "tunnel-key",
  handshake: "tunnel-abandoned",
  protocol: "tunnel-protocol",
} as const satisfies Record<StrangerFailure, Failure>;

/** What may be said more of, by the `part` of the log's lines. */
const MODULES = {
  proxy: "HTTPS, HTTP and WebSockets of guests; protection",
  turn: "TURN: messages of clients and their answers",
  tunnel: "SSH connections of the cores",
  certificates: "certificates, ACME, renewal",
  admin: "what administrators ask",
};

/** Starts the DMZ role. Rejects with the first failure after it closed again whatever it had opened. */
export async function startEdge(start: RoleStart<EdgeConfig>): Promise<RunningEdge> {
  const scope = new Scope();
  try {
    return await open(scope, start);
  } catch (error) {
    await scope.close({ code: "start-failed" });
    throw error;
  }
}

/** What of the edge carries guests, and what it stands on. */
interface Parts {
  readonly ground: Ground;
  readonly certificates: CertificateStore;
  readonly protection: Protection;
  readonly captures: { readonly proxy: SocketCapture; readonly tunnel: SocketCapture };
  readonly turn: TurnWorker;
  readonly end: EdgeEnd;
  readonly proxy: EdgeProxy;
  readonly blocking: Blocking;
  readonly endToEnd: EndToEndWatch;
}

async function open(scope: Scope, start: RoleStart<EdgeConfig>): Promise<RunningEdge> {
  const { config, file, log } = start;
  const certificates = await openCertificateStore(scope, {
    ...certificateUses(config),
    log: log.with({ part: "certificates" }),
  });
  const material = readMaterial(config, certificates);
  warnOfNames(material.web.certificate, config.joinHosts, log);
  const parts = await startParts(scope, start, certificates, material);
  const { turn, end, proxy } = parts;
  const reloader = new Reloader(
    { config, material, read: () => file.read() },
    { certificates, proxy, turn, settle: (next, files) => settle(parts, next, files), log },
  );
  reloader.watch(scope);
  const control = turnControl(turn, config, proxy.address, reloader);
  const status = async () => ({
    tunnels: end.status(),
    web: proxy.status(),
    turn: await turn.status().catch(() => undefined),
  });
  const admin = await manage(scope, start, { ...parts, reloader, control, status });
  return {
    scope,
    info: { ...infoOf(proxy, end, turn), ...(admin ? { admin: formatAddress(admin) } : {}) },
    turn: control,
    reload: () => reloader.reload(),
    status,
  };
}

async function startParts(
  scope: Scope,
  { config, log, levels }: RoleStart<EdgeConfig>,
  certificates: CertificateStore,
  material: Material,
): Promise<Parts> {
  const ground = await openGround(scope, config, log);
  const { clock } = ground;
  const proxyLog = log.with({ part: "proxy" });
  const protection = new Protection({ ...protectionRules(config.protection), clock, log: proxyLog });
  const captures = {
    proxy: openSocketCapture(scope, "proxy", clock),
    tunnel: openSocketCapture(scope, "tunnel", clock),
  };
  const guessed = (address: string) => protection.fail(address, "turn-credentials");
  const turn = await startTurnWorker(scope, material.turn, log.with({ part: "turn" }), guessed);
  turn.setLevel(levels.of("turn"));
  scope.defer(levels.onChange((module, level) => module === "turn" && turn.setLevel(level)));
  const end = await startEdgeEnd(scope, {
    ...tunnelSettings(config, material),
    listen: config.tunnel.listen,
    blocked: (source) => protection.isBlocked(source),
    tap: captures.tunnel,
    log: log.with({ part: "tunnel" }),
  });
  scope.defer(end.onFailure((source, what) => protection.fail(source, STRANGERS[what])));
  // Last of those that carry guests, and so the first to close: what it still carries ends before the tunnel does.
  const proxy = await startProxy(scope, config, {
    material,
    certificates,
    protection,
    turn,
    end,
    captures,
    log: proxyLog,
  });
  const blocking = new Blocking(scope, { protection, proxy, turn, events: ground.events, log: proxyLog });
  const endToEnd = watchEndToEnd(scope, {
    hosts: () => end.status().domains.map(({ domain }) => domain),
    openChannel: (host) => end.openChannel(host),
    clock,
  });
  return { ground, certificates, protection, captures, turn, end, proxy, blocking, endToEnd };
}

interface ProxyParts extends Pick<Parts, "certificates" | "protection" | "turn" | "end" | "captures"> {
  readonly material: Material;
  readonly log: Log;
}

function startProxy(scope: Scope, { joinHosts, web, turn: section, tunnel }: EdgeConfig, parts: ProxyParts) {
  const { material, certificates, protection, turn, end, captures, log } = parts;
  const { tcp443, serverNames } = section;
  return startEdgeProxy(scope, {
    listen: web.listen,
    redirectListen: web.redirectListen,
    ...material.web,
    joinHosts,
    openChannel: (host) => end.openChannel(host),
    turn: tcp443 ? { serverNames, onStream: (stream, origin) => turn.attach(stream, origin) } : undefined,
    tunnel: {
      from: tunnel.over443.from,
      onStream: (stream, from) => void end.attach(stream, { ...from, via: "443" }),
    },
    balancers: web.proxyProtocol.from,
    protection,
    acme: (token) => certificates.challengeFor(token),
    tap: captures.proxy,
    limits: web.limits,
    log,
  });
}

function tunnelSettings({ joinHosts, tunnel }: EdgeConfig, { hostKey, authorizedKeys }: Material) {
  return { hostKey, authorizedKeys, joinHosts, over443From: tunnel.over443.from };
}

/** What a running edge takes over, and what cannot fail. */
function settle({ protection, end, proxy, blocking }: Parts, config: EdgeConfig, material: Material): void {
  const { joinHosts, web, turn, tunnel } = config;
  protection.configure(protectionRules(config.protection));
  blocking.look();
  end.configure(tunnelSettings(config, material));
  proxy.configure({
    joinHosts,
    limits: web.limits,
    balancers: web.proxyProtocol.from,
    turnNames: turn.serverNames,
    tunnelFrom: tunnel.over443.from,
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
    restart: () => reloader.restartTurn(),
  };
}

interface Managed extends Parts {
  readonly reloader: Reloader;
  readonly control: TurnControl;
  readonly status: () => Promise<EdgeStatus>;
}

async function manage(scope: Scope, { config, file, levels }: RoleStart<EdgeConfig>, parts: Managed) {
  const { ground, certificates, captures, turn, end, reloader, control, status, endToEnd } = parts;
  const notReady = () => {
    const domains = end.status().domains.filter(({ connections }) => connections.length > 0);
    return domains.length > 0 ? [] : ["EDGE_TUNNEL_DOWN"];
  };
  const { address, diagnostics } = await startManagement(scope, {
    ...{ role: "edge", ground, file, levels, config, modules: MODULES, certificates, status, notReady },
    captures: [captures.proxy, captures.tunnel, turn.capture],
    editable: EDGE_EDITABLE,
    takeOver: () => reloader.reload(),
    holds: () => reloader.config,
    needRestart: () => reloader.needRestart,
    routes: (desk) => edgeRoutes({ ...parts, desk, trouble: new RecentTrouble(ground.events) }),
    metrics: metricsPage(processMetrics(), turnMetrics(control), webMetrics({ ...parts, alarms: ground.alarms })),
    secrets: () => readMaterial(reloader.config, certificates).turn.sharedSecrets,
  });
  const alarms = watchAlarms(scope, ground.alarms, async () => {
    const { joinHosts } = reloader.config;
    const { domains, sharedIdentities } = end.status();
    return edgeAlarms({
      joinHosts: certificateNames(certificates.pair("web"), joinHosts).map(({ host, named }) => ({
        ...{ host, named, endToEnd: endToEnd.of(host) },
        connections: domains.find(({ domain }) => domain === host)?.connections.length ?? 0,
      })),
      sharedIdentities,
      turn: (await status()).turn,
      addresses: adviseAddresses(reloader.config.turn, reloader.config.tunnel.listen),
      certificates: certificates.rows(),
      diagnostics: await diagnostics.state(),
    });
  });
  const look = () => void alarms.now();
  scope.defer(
    end.onChange(() => {
      look();
      void endToEnd.check();
    }),
  );
  scope.defer(certificates.onState(look));
  // Dead and alive again may be less than the time between two looks.
  scope.defer(turn.onChange(look));
  return address;
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
