import { formatAddress, Scope } from "#base";
import { fingerprintOf, loadCertificates } from "#certificates";
import { type CoreProxyStatus, type JoinHost, startCoreProxy, type Trust } from "#proxy";
import type { RoleStart, RunningRole } from "#roles";
import { loadPrivateKey, loadPublicKeys, startCoreEnd, type TunnelRow } from "#tunnel";
import type { CoreConfig } from "./config.ts";

export interface CoreStatus extends CoreProxyStatus {
  readonly tunnels: readonly TunnelRow[];
}

export interface RunningCore extends RunningRole {
  status(): CoreStatus;
  /** Dials failed tunnels at once. */
  retryTunnels(): void;
}

/** Starts the inside proxy. It listens nowhere; an edge or a Web Bridge that is away shows in `status`, and is tried again. */
export async function startCore({ config, log }: RoleStart<CoreConfig>): Promise<RunningCore> {
  const identity = loadPrivateKey(config.identity);
  const edges = config.edges.map(({ address, hostKey }) => ({ address, hostKey: loadPublicKeys(hostKey)[0]! }));
  const joinHosts = config.joinHosts.map(
    ({ host, target, ca, certificate }): JoinHost => ({ host, target, trust: trustOf(ca, certificate) }),
  );
  const scope = new Scope();
  const proxy = startCoreProxy(scope, { joinHosts, log: log.with({ part: "proxy" }) });
  const tunnels = startCoreEnd(scope, {
    edges,
    identity,
    joinHosts: joinHosts.map(({ host }) => host),
    connectionsPerEdge: config.connectionsPerEdge,
    onChannel: proxy.accept,
    log: log.with({ part: "tunnel" }),
  });
  return {
    scope,
    info: {
      edges: config.edges.map(({ address }) => formatAddress(address)).join(", "),
      joinHosts: joinHosts.map(({ host }) => host).join(", "),
    },
    status: () => ({ tunnels: tunnels.status(), ...proxy.status() }),
    retryTunnels: () => tunnels.retryNow(),
  };
}

function trustOf(ca: string | undefined, certificate: string | undefined): Trust {
  if (ca) return { kind: "authorities", certificates: loadCertificates(ca) };
  if (certificate) return { kind: "pinned", fingerprints: loadCertificates(certificate).map(fingerprintOf) };
  return { kind: "system" };
}
