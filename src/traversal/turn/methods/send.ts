import { attributes, type StunMessage } from "#stun";
import type { Client } from "../allocation.ts";
import { isAllowed, type ServerState } from "../state.ts";

/** RFC 8656 11.2: no answer, whatever happens. A permission is of an address; the port is judged here. */
export function send(server: ServerState, client: Client, message: StunMessage): void {
  const allocation = server.allocations.of(client);
  const peer = message.get(attributes.xorPeerAddress);
  const data = message.get(attributes.data);
  if (allocation?.state !== "open" || !peer || !data) return;
  if (peer.port === 0 || !allocation.permissions.has(peer.address)) return;
  if (isAllowed(server, allocation, peer)) server.plane.sendToPeer(allocation.id, peer, data as Buffer);
}
