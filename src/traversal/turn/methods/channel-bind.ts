import { addressKey, type TransportAddress } from "#base";
import { attributes, FIRST_CHANNEL, LAST_LEGACY_CHANNEL } from "#stun";
import { type Allocation, setChannel } from "../allocation.ts";
import { TurnError } from "../errors.ts";
import { isAllowed, type Request, requireAllocation, requireRelayFor, type ServerState } from "../state.ts";
import { installPermission, requireRoom } from "./create-permission.ts";

/** RFC 8656 12, ms. */
const CHANNEL_LIFETIME = 600_000;

/** RFC 8656 12.2. */
export function channelBind(server: ServerState, request: Request) {
  const { message, now } = request;
  const allocation = requireAllocation(server, request);
  // RFC 6062 4: a TCP allocation has no channels.
  if (allocation.tcp) throw new TurnError(403, "channels are for UDP allocations");
  const number = message.get(attributes.channelNumber);
  const peer = message.get(attributes.xorPeerAddress);
  if (number === undefined || peer === undefined) throw new TurnError(400, "no CHANNEL-NUMBER or XOR-PEER-ADDRESS");
  // RFC 8656 12 ends at 0x4fff; clients of RFC 5766 go up to 0x7fff.
  if (number < FIRST_CHANNEL || number > LAST_LEGACY_CHANNEL) throw new TurnError(400, `channel ${number}`);
  requireConsistent(allocation, number, peer);
  const relay = requireRelayFor(allocation, peer);
  if (peer.port === 0 || !isAllowed(server, allocation, peer)) throw new TurnError(403);
  if (!allocation.channels.has(number) && allocation.channels.size >= server.options.limits.channels)
    throw new TurnError(508, "channels of the allocation");
  requireRoom(server, allocation, [peer], now);
  setChannel(allocation, number, peer, now + CHANNEL_LIFETIME);
  server.allocations.tie(allocation, allocation.channels.get(number)!);
  server.plane.bindChannel(relay.id, number, peer);
  installPermission(server, allocation, peer.address, now);
  return [];
}

/** A number has one peer, and a peer one number, until the binding expires. */
function requireConsistent({ channels }: Allocation, number: number, peer: TransportAddress): void {
  const key = addressKey(peer);
  const bound = channels.get(number);
  if (bound && bound.key !== key) throw new TurnError(400, `channel ${number} has another peer`);
  for (const [other, channel] of channels)
    if (other !== number && channel.key === key) throw new TurnError(400, "the peer has another channel");
}
