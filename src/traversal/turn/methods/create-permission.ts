import { attributes } from "#stun";
import type { Allocation } from "../allocation.ts";
import { TurnError } from "../errors.ts";
import { isAllowed, type Request, requireAllocation, requireIpv4Peer, type ServerState } from "../state.ts";

/** RFC 8656 9, ms. */
const PERMISSION_LIFETIME = 300_000;
/** Peers of one allocation; a bridge's serves all guests of a call. */
const MAX_PERMISSIONS = 1024;

/** RFC 8656 10.2: all of the peers, or none. */
export function createPermission(server: ServerState, request: Request) {
  const allocation = requireAllocation(server, request);
  const peers = request.message.all(attributes.xorPeerAddress);
  if (peers.length === 0) throw new TurnError(400, "no XOR-PEER-ADDRESS");
  for (const peer of peers) {
    requireIpv4Peer(peer);
    if (!isAllowed(server, allocation, { address: peer.address, port: 0 })) throw new TurnError(403);
  }
  const fresh = new Set(peers.map(({ address }) => address).filter((address) => !allocation.permissions.has(address)));
  if (allocation.permissions.size + fresh.size > MAX_PERMISSIONS) throw new TurnError(508, "permissions");
  for (const { address } of peers) installPermission(server, allocation, address, request.now);
  return [];
}

export function installPermission(server: ServerState, allocation: Allocation, address: string, now: number): void {
  allocation.permissions.set(address, now + PERMISSION_LIFETIME);
  server.plane.permit(allocation.id, address, true);
}
