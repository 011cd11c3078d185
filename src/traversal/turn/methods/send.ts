import { canonicalAddress, type TransportAddress } from "#base";
import { attributes, type StunMessage } from "#stun";
import type { Client } from "../allocation.ts";
import { isAllowed, relayFor, type ServerState } from "../state.ts";

/** RFC 8656 11.2: no answer, whatever happens. A permission is of an address; the port is judged here. */
export function send(server: ServerState, client: Client, message: StunMessage): void {
  const allocation = server.allocations.of(client);
  const peer = message.get(attributes.xorPeerAddress);
  const data = message.get(attributes.data);
  if (allocation?.state !== "open" || allocation.tcp || !peer || !data) return;
  server.mobility.arrived(server, allocation, client);
  const relay = relayFor(allocation, peer);
  if (!relay || peer.port === 0 || !allocation.permissions.has(peer.address)) return;
  const whole = message.get(attributes.dontFragment) !== undefined;
  if (!isAllowed(server, allocation, peer)) return;
  server.plane.sendToPeer(relay.id, peer, data as Buffer, whole);
  if (mayPass(server, client, peer)) server.plane.admit(relay.id, peer);
}

/**
 * May the plane pass the next ones? Not where the judgement leaned on what the plane cannot see change: the relay behind
 * another form of its address, or that of a TCP allocation.
 */
function mayPass(server: ServerState, { transport }: Client, peer: TransportAddress): boolean {
  if (transport !== "udp" || canonicalAddress(peer.address) !== peer.address) return false;
  return server.allocations.relayHolder(peer)?.tcp === undefined;
}
