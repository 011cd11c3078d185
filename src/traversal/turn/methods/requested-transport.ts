import { attributes } from "#stun";
import { TurnError } from "../errors.ts";
import type { Request, ServerState } from "../state.ts";
import { tcpRelaysAvailable } from "../tcp-relay/index.ts";

/** RFC 8656 18.8: protocol numbers of IP. */
const UDP = 17;
const TCP = 6;

/** RFC 6062 5.1; and a TCP allocation has one relay. */
const FOR_UDP_ONLY = [
  attributes.dontFragment,
  attributes.evenPort,
  attributes.reservationToken,
  attributes.additionalAddressFamily,
];

/** RFC 8656 7.2 step 3; RFC 6062 5.1 for TCP. Throws 400 or 442. */
export function requireTransport({ options }: ServerState, { message, client }: Request): "udp" | "tcp" {
  const protocol = message.get(attributes.requestedTransport);
  if (protocol === undefined) throw new TurnError(400, "no REQUESTED-TRANSPORT");
  if (protocol === UDP) return "udp";
  if (protocol !== TCP || !options.tcpAllocations || !tcpRelaysAvailable())
    throw new TurnError(442, `protocol ${protocol}`);
  if (client.transport === "udp") throw new TurnError(400, "a TCP allocation over UDP");
  if (FOR_UDP_ONLY.some((row) => message.get<unknown>(row) !== undefined))
    throw new TurnError(400, `${FOR_UDP_ONLY.map(({ name }) => name).join(", ")} are for UDP allocations`);
  return "tcp";
}
