import { attribute, attributes } from "#stun";
import { TurnError } from "../errors.ts";
import { isAllowed, type Request, requireAllocation, requireRelayFor, type ServerState } from "../state.ts";

/** RFC 6062 5.2. It needs no permission: that is for peers who connect to the relay. */
export async function connect(server: ServerState, request: Request) {
  const allocation = requireAllocation(server, request);
  if (!allocation.tcp) throw new TurnError(400, "Connect for a UDP allocation");
  const peer = request.message.get(attributes.xorPeerAddress);
  if (!peer) throw new TurnError(400, "no XOR-PEER-ADDRESS");
  requireRelayFor(allocation, peer);
  if (peer.port === 0 || !isAllowed(server, allocation, peer)) throw new TurnError(403);
  return [attribute(attributes.connectionId, await allocation.tcp.connect(peer))];
}
