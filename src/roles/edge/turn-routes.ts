import { z } from "zod";
import { type AdminRoute, notFound, readBody } from "#admin-http";
import { formatAddress } from "#base";
import type { AllocationStatus, PeerVerdict, TurnStatus } from "#turn";

/** What an administrator may ask of the running TURN server. */
export interface TurnControl {
  status(): Promise<TurnStatus>;
  allocations(): Promise<readonly AllocationStatus[]>;
  /** Rejects with a TurnpikeError for an unknown credential or a peer that is no address. */
  why(credential: string, peer: string): Promise<PeerVerdict>;
  drain(on: boolean): Promise<void>;
  /** What changed, in words. Rejects with a TurnpikeError, and the configuration is as before. */
  reload(): Promise<readonly string[]>;
  /** Starts the TURN server anew with all that is configured; relays end. Says what changed. */
  restart(): Promise<readonly string[]>;
  /** False if there is no such allocation. */
  end(id: number): Promise<boolean>;
}

/** One row of the table of relays; the allocation's own page has the rest. Times in milliseconds since 1970. */
export interface RelayRow {
  readonly id: number;
  readonly client: string;
  /** Peers of channels with their port; permissions that no channel covers without one. */
  readonly mediaDestinations: readonly string[];
  readonly protocol: AllocationStatus["transport"];
  readonly relays: readonly string[];
  readonly role: AllocationStatus["role"];
  readonly user: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** Seconds since a packet passed; unknown of TCP relays. */
  readonly idleS?: number | undefined;
}

const whyBody = z.strictObject({ credential: z.string().min(1).max(513), peer: z.string().min(1).max(64) });
const drainBody = z.strictObject({ on: z.boolean() });

/** docs/protocol/administration.md lists them. */
export function turnRoutes(turn: TurnControl): readonly AdminRoute[] {
  return [
    { method: "GET", path: "/api/turn/status", run: () => turn.status() },
    { method: "GET", path: "/api/turn/relays", run: async () => (await turn.allocations()).map(relayRow) },
    { method: "GET", path: "/api/turn/relays/:id", run: ({ params }) => allocation(turn, params.id!) },
    { method: "POST", path: "/api/turn/relays/:id/end", run: ({ params }) => end(turn, params.id!) },
    {
      method: "POST",
      path: "/api/turn/why",
      run: ({ body }) => {
        const { credential, peer } = readBody(whyBody, body);
        return turn.why(credential, peer);
      },
    },
    {
      method: "POST",
      path: "/api/turn/drain",
      run: async ({ body }) => {
        const { on } = readBody(drainBody, body);
        await turn.drain(on);
        return { state: on ? "draining" : "active" } satisfies Pick<TurnStatus, "state">;
      },
    },
    { method: "POST", path: "/api/turn/reload", run: async () => ({ changes: await turn.reload() }) },
    { method: "POST", path: "/api/turn/restart", run: async () => ({ changes: await turn.restart() }) },
  ];
}

export function relayRow(allocation: AllocationStatus): RelayRow {
  const { id, client, transport, relays, role, user, createdAt, expiresAt, permissions, channels } = allocation;
  const { idleS } = allocation;
  const covered = new Set(channels.map(({ peer }) => peer.address));
  return {
    id,
    client: formatAddress(client),
    mediaDestinations: [
      ...channels.map(({ peer }) => formatAddress(peer)),
      ...permissions.map(({ address }) => address).filter((address) => !covered.has(address)),
    ],
    protocol: transport,
    relays: relays.map(formatAddress),
    role,
    user,
    createdAt,
    expiresAt,
    idleS,
  };
}

async function allocation(turn: TurnControl, id: string): Promise<AllocationStatus> {
  const found = (await turn.allocations()).find((one) => String(one.id) === id);
  if (!found) throw noRelay(id);
  return found;
}

async function end(turn: TurnControl, id: string): Promise<{ readonly ended: true }> {
  const { id: known } = await allocation(turn, id);
  if (!(await turn.end(known))) throw noRelay(id);
  return { ended: true };
}

function noRelay(id: string) {
  return notFound(`relay with the id ${id}`, "it may have ended; `turnpike turn relays` lists those there are");
}
