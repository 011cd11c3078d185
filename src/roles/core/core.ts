import { watchAlarms } from "#alarms";
import { formatAddress, type Log, Scope } from "#base";
import { openSocketCapture, type SocketCapture } from "#capture";
import { type CertificateStore, type CertificateUse, openCertificateStore } from "#certificates";
import { startManagement } from "#management";
import { metricsPage, processMetrics } from "#metrics";
import { type Ground, openGround, RecentTrouble } from "#operations";
import { type CoreProxy, type CoreProxyStatus, startCoreProxy } from "#proxy";
import type { RoleStart, RunningRole } from "#roles";
import { type CoreEnd, startCoreEnd, type TunnelRow } from "#tunnel";
import { coreRoutes } from "./admin-routes/index.ts";
import { coreAlarms } from "./alarms.ts";
import { CORE_EDITABLE, type CoreConfig } from "./config.ts";
import { Keeper } from "./keeper.ts";
import { readMaterial } from "./material.ts";
import { coreMetrics } from "./metrics.ts";

export interface CoreStatus extends CoreProxyStatus {
  readonly tunnels: readonly TunnelRow[];
}

export interface RunningCore extends RunningRole {
  status(): CoreStatus;
  /** Dials failed tunnels at once. */
  retryTunnels(): void;
}

/** What may be said more of, by the `part` of the log's lines. */
const MODULES = {
  proxy: "requests from the tunnels to the Web Bridges, targets and the allow list",
  tunnel: "SSH connections to the edges",
  certificates: "certificate of the administration",
  admin: "what administrators ask",
};

/** Starts the inside proxy. An edge or a Web Bridge that is away shows in `status`, and is tried again. */
export async function startCore(start: RoleStart<CoreConfig>): Promise<RunningCore> {
  const { config, log } = start;
  const material = readMaterial(config);
  const scope = new Scope();
  try {
    const ground = await openGround(scope, config, log);
    const proxy = startCoreProxy(scope, {
      ...material.proxy,
      dns: ground.dns,
      clock: ground.clock,
      log: log.with({ part: "proxy" }),
    });
    const capture = openSocketCapture(scope, "tunnel", ground.clock);
    const tunnels = startCoreEnd(scope, {
      ...material.tunnels,
      tap: capture,
      onChannel: proxy.accept,
      dns: ground.dns,
      clock: ground.clock,
      log: log.with({ part: "tunnel" }),
    });
    const status = (): CoreStatus => ({ tunnels: tunnels.status(), ...proxy.status() });
    const keeper = new Keeper(start, (next) => {
      proxy.configure(next.proxy);
      tunnels.configure(next.tunnels);
    });
    keeper.watch(scope);
    const certificates = await certificatesOf(scope, config, log);
    const admin = await manage(scope, start, { ground, proxy, tunnels, capture, keeper, certificates, status });
    return {
      scope,
      info: infoOf(config, admin),
      status,
      reload: async () => keeper.reload(),
      retryTunnels: () => tunnels.retryNow(),
    };
  } catch (error) {
    await scope.close({ code: "start-failed" });
    throw error;
  }
}

interface Parts {
  readonly ground: Ground;
  readonly proxy: CoreProxy;
  readonly tunnels: CoreEnd;
  readonly capture: SocketCapture;
  readonly keeper: Keeper;
  readonly certificates: CertificateStore;
  readonly status: () => CoreStatus;
}

async function manage(scope: Scope, start: RoleStart<CoreConfig>, parts: Parts) {
  const { ground, proxy, tunnels, capture, keeper, certificates, status } = parts;
  const { config, file, levels } = start;
  const { fingerprint } = readMaterial(config).tunnels.identity;
  const { address, diagnostics } = await startManagement(scope, {
    ...{ role: "core", ground, file, levels, config, modules: MODULES, captures: [capture], certificates },
    editable: CORE_EDITABLE,
    takeOver: async () => keeper.reload(),
    holds: () => keeper.config,
    needRestart: () => keeper.needRestart,
    routes: (desk) => coreRoutes({ ...parts, desk, trouble: new RecentTrouble(ground.events), fingerprint }),
    metrics: metricsPage(processMetrics(), coreMetrics({ status, alarms: ground.alarms })),
    notReady: () => notReady(status()),
    status,
    secrets: () => [],
  });
  const alarms = watchAlarms(scope, ground.alarms, async () =>
    coreAlarms({
      ...status(),
      certificates: certificates.rows(),
      diagnostics: await diagnostics.state(),
    }),
  );
  const look = () => void alarms.now();
  scope.defer(proxy.onChange(look));
  scope.defer(tunnels.onChange(look));
  return address;
}

/** Guests come in once one tunnel and one Web Bridge are there. */
function notReady({ tunnels, joinHosts }: CoreStatus): readonly string[] {
  const lacks: string[] = [];
  if (!tunnels.some(({ state }) => state === "active")) lacks.push("TUNNEL_NO_CONNECTION");
  const reachable = joinHosts.some(({ targets }) => targets.some(({ state }) => state === "active"));
  if (!reachable) lacks.push("CORE_WEB_BRIDGE_UNREACHABLE");
  return lacks;
}

function certificatesOf(scope: Scope, { admin, identity, edges }: CoreConfig, log: Log): Promise<CertificateStore> {
  return openCertificateStore(scope, {
    uses: admin ? { admin: adminUse(admin) } : {},
    sshKeys: [
      { use: "identity", file: `${identity}.pub` },
      ...edges.map(({ hostKey }) => ({ use: "edges.hostKey", file: hostKey })),
    ],
    log: log.with({ part: "certificates" }),
  });
}

function adminUse({ certificate, key, ca }: NonNullable<CoreConfig["admin"]>): CertificateUse {
  return { source: { from: "files", certificate, key }, names: [], ...(ca ? { ca } : {}) };
}

function infoOf(config: CoreConfig, admin: Parameters<typeof formatAddress>[0] | undefined): Record<string, string> {
  return {
    edges: config.edges.map(({ address }) => formatAddress(address)).join(", "),
    joinHosts: config.joinHosts.map(({ host }) => host).join(", "),
    ...(admin ? { admin: formatAddress(admin) } : {}),
  };
}
