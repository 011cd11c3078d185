import type { TransportAddress } from "#base";
import { attributes } from "#stun";
import { type Allocation, setPermission } from "../allocation.ts";
import { TurnError } from "../errors.ts";
import { isAllowed, type Request, relayFor, requireAllocation, requireRelayFor, type ServerState } from "../state.ts";

/** RFC 8656 9, ms. */
const PERMISSION_LIFETIME = 300_000;
/** New peers that a guest may have at once, as a multiple of those a second: a call begins with all candidates. */
const BURST = 4;

/** RFC 8656 10.2: all of the peers, or none. */
export function createPermission(server: ServerState, request: Request) {
  const allocation = requireAllocation(server, request);
  const peers = request.message.all(attributes.xorPeerAddress);
  if (peers.length === 0) throw new TurnError(400, "no XOR-PEER-ADDRESS");
  for (const peer of peers) {
    requireRelayFor(allocation, peer);
    if (!isAllowed(server, allocation, { address: peer.address, port: 0 })) throw new TurnError(403);
  }
  requireRoom(server, allocation, peers, request.now);
  for (const { address } of peers) installPermission(server, allocation, address, request.now);
  return [];
}

/** Throws 508 if that many new permissions would be too many in all, or too many for the moment. */
export function requireRoom(
  { options: { limits } }: ServerState,
  allocation: Allocation,
  peers: readonly TransportAddress[],
  now: number,
): void {
  const known = allocation.permissions;
  const fresh = new Set(peers.map(({ address }) => address).filter((address) => !known.has(address))).size;
  if (known.size + fresh > limits.permissions) throw new TurnError(508, "permissions of the allocation");
  if (allocation.user.role === "bridge" || fresh === 0) return;
  const { left, at } = allocation.peerAllowance;
  const rate = limits.newPeersPerSecond;
  const allowance = Math.min(rate * BURST, left + ((now - at) / 1000) * rate);
  if (allowance < fresh) throw new TurnError(508, "new peers a second");
  allocation.peerAllowance = { left: allowance - fresh, at: now };
}

export function installPermission(server: ServerState, allocation: Allocation, address: string, now: number): void {
  setPermission(allocation, address, now + PERMISSION_LIFETIME);
  const relay = relayFor(allocation, { address, port: 0 });
  if (relay && !allocation.tcp) server.plane.permit(relay.id, address, true);
}
