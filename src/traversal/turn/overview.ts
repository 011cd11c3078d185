import { noTraffic } from "#packet-plane";
import type { Allocation } from "./allocation.ts";
import type { Cluster } from "./cluster.ts";
import type { TurnCore } from "./core.ts";
import { trafficOf } from "./endings.ts";
import { IPV4, IPV6 } from "./family.ts";
import type { AllocationStatus, PortGauge, TurnListener, TurnStatus } from "./status.ts";
import type { StreamClients } from "./streams/index.ts";
import { addTraffic } from "./traffic.ts";

interface Parts {
  readonly core: TurnCore;
  readonly cluster: Cluster;
  readonly streams: StreamClients;
  readonly listening: readonly TurnListener[];
  readonly startedAt: number;
  readonly planeWhy: string;
}

export function turnStatus({ core, cluster, streams, listening, startedAt, planeWhy }: Parts): TurnStatus {
  const all = [...core.allocations];
  const traffic = addTraffic(noTraffic(), core.past);
  for (const allocation of all) addTraffic(traffic, trafficOf(core, allocation));
  const count = (wanted: (allocation: Allocation) => boolean) => all.filter(wanted).length;
  return {
    state: core.draining ? "draining" : "active",
    startedAt,
    realm: core.options.realm,
    listening,
    allocations: all.length,
    allocationsByTransport: {
      udp: count(({ client }) => client.transport === "udp"),
      tcp: count(({ client }) => client.transport === "tcp"),
      tls: count(({ client }) => client.transport === "tls"),
    },
    allocationsByRole: {
      guest: count(({ user }) => user.role === "guest"),
      bridge: count(({ user }) => user.role === "bridge"),
    },
    relays: all.reduce((sum, { relays }) => sum + relays.length, 0),
    ports: gauges(core),
    connections: streams.size,
    requests: core.requests.toJSON(),
    responses: core.responses.toJSON(),
    silent: core.silent.toJSON(),
    refusedPeers: core.refusedPeers.toJSON(),
    traffic,
    plane: { ...core.plane.status(), why: planeWhy },
    cluster: cluster.status(),
  };
}

export function allocationStatus(core: TurnCore, allocation: Allocation): AllocationStatus {
  const { id, client, user, relays, createdAt, permissions, channels, requests, responses } = allocation;
  const date = (ms: number) => core.clock.date(ms);
  return {
    id,
    client: client.address,
    transport: client.transport,
    role: user.role,
    user: user.id,
    relayTransport: allocation.tcp ? "tcp" : "udp",
    relays: relays.map(({ relayed }) => relayed),
    createdAt: date(createdAt),
    expiresAt: date(Math.max(createdAt, ...relays.map(({ expiresAt }) => expiresAt))),
    idleS: idleSeconds(core, allocation),
    permissions: [...permissions].map(([address, until]) => ({ address, expiresAt: date(until) })),
    channels: [...channels].map(([number, { peer, until }]) => ({ number, peer, expiresAt: date(until) })),
    requests: requests.toJSON(),
    responses: responses.toJSON(),
    counters: trafficOf(core, allocation),
  };
}

/** Of the relay that a packet passed last. */
function idleSeconds({ plane }: TurnCore, { tcp, relays }: Allocation): number | undefined {
  const idle = tcp ? [] : relays.flatMap(({ id }) => plane.idleMs(id) ?? []);
  return idle.length > 0 ? Math.floor(Math.min(...idle) / 1000) : undefined;
}

function gauges({ ports, options, clock }: TurnCore): PortGauge[] {
  const { ipv4, ipv6 } = options.relay;
  return [
    ...(ipv4 ? [{ family: "ipv4" as const, ...ports[IPV4].gauge(clock.now()) }] : []),
    ...(ipv6 ? [{ family: "ipv6" as const, ...ports[IPV6].gauge(clock.now()) }] : []),
  ];
}
