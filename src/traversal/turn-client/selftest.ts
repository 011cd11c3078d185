import { createSocket } from "node:dgram";
import { type Scope, type TransportAddress, TurnpikeError, textOf } from "#base";
import type { TurnAllocation, TurnClientOptions } from "./contract.ts";
import { openTurnAllocation } from "./open.ts";

/** A way to a TURN server that is to be tried. */
export type SelftestTarget = Pick<TurnClientOptions, "server" | "transport" | "tls" | "family" | "credentials">;

export interface SelftestResult {
  readonly target: Pick<SelftestTarget, "server" | "transport">;
  readonly allocation:
    | {
        readonly state: "made";
        readonly rttMs: number;
        readonly mapped: TransportAddress;
        readonly relayed: TransportAddress;
      }
    | { readonly state: "failed"; readonly code: string; readonly why: string; readonly remedy: string };
  /** Did a packet that was sent to the relayed address from outside arrive? */
  readonly relay:
    | { readonly state: "reached"; readonly by: "packet" | "counter" }
    | { readonly state: "not-reached" | "not-tried"; readonly why: string };
}

/** Tells how many packets without a permission have come to that relay: for a test on the server's own machine. */
export type CountStrays = (relayed: TransportAddress) => Promise<number | undefined>;

/** A packet is sent so often, so many ms apart. */
const SENDS = 6;
const SEND_EVERY = 250;
const PAYLOAD = "turnpike selftest";

/** Makes an allocation as any client does, and sends a packet to its relayed address from a socket of its own. Never rejects. */
export async function selftest(
  scope: Scope,
  target: SelftestTarget,
  countStrays?: CountStrays,
): Promise<SelftestResult> {
  await using own = scope.child();
  const named = { target: { server: target.server, transport: target.transport } };
  let heard = false;
  try {
    const allocation = await openTurnAllocation(own, {
      ...target,
      onPacket: (packet) => {
        heard ||= packet.toString() === PAYLOAD;
      },
      onLost: () => {},
    });
    const { rttMs, mapped, relayed } = allocation;
    const relay = await tryRelay(own, allocation, () => heard, countStrays);
    await allocation.close();
    return { ...named, allocation: { state: "made", rttMs, mapped, relayed }, relay };
  } catch (error) {
    const known = error instanceof TurnpikeError;
    const [code, remedy] = known ? [error.code, error.remedy] : ["TURN_CLIENT_UNREACHABLE", ""];
    const failed = { state: "failed", code, why: textOf(error), remedy } as const;
    return { ...named, allocation: failed, relay: { state: "not-tried", why: "no allocation" } };
  }
}

async function tryRelay(
  scope: Scope,
  allocation: TurnAllocation,
  heard: () => boolean,
  countStrays: CountStrays | undefined,
): Promise<SelftestResult["relay"]> {
  const { relayed, mapped } = allocation;
  const sameFamily = relayed.address.includes(":") === mapped.address.includes(":");
  const permitted =
    sameFamily &&
    (await allocation.permit(mapped.address).then(
      () => true,
      () => false,
    ));
  const before = (await countStrays?.(relayed)) ?? 0;
  if (!permitted && !countStrays) return { state: "not-tried", why: "these credentials may not reach this machine" };
  const send = await stranger(scope, relayed);
  for (let i = 0; i < SENDS; i++) {
    send();
    await scope.sleep(SEND_EVERY);
    if (heard()) return { state: "reached", by: "packet" };
    if (((await countStrays?.(relayed)) ?? 0) > before) return { state: "reached", by: "counter" };
  }
  return { state: "not-reached", why: "no packet to the relayed address arrived" };
}

/** A socket that nobody knows. Returns what sends one packet from it. */
async function stranger(scope: Scope, to: TransportAddress): Promise<() => void> {
  const socket = createSocket(to.address.includes(":") ? "udp6" : "udp4");
  scope.defer(() => void socket.close());
  socket.on("error", () => {});
  return () => socket.send(PAYLOAD, to.port, to.address, () => {});
}
