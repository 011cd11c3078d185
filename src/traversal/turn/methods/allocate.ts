import { type Attribute, attribute, attributes, type StunMessage } from "#stun";
import { type Allocation, newAllocation, userKey } from "../allocation.ts";
import { REASONS, TurnError } from "../errors.ts";
import { type Family, IPV4, IPV6 } from "../family.ts";
import { openRelays } from "../open-relays.ts";
import { type Request, requireSameUser, type ServerState } from "../state.ts";
import { requireTransport } from "./requested-transport.ts";

export type PortWish =
  | { readonly kind: "any" }
  | { readonly kind: "even"; readonly reserveNext: boolean }
  | { readonly kind: "reserved"; readonly token: string };

/** What an Allocate asks for, checked. */
export interface Wanted {
  readonly transport: "udp" | "tcp";
  /** The first must be had; a second is tried (RFC 8656 7.2). */
  readonly families: readonly Family[];
  readonly port: PortWish;
}

/** RFC 8656 7.2, in its order. */
export async function allocate(server: ServerState, request: Request): Promise<readonly Attribute[] | undefined> {
  const held = server.allocations.of(request.client);
  if (held) return repeatAnswer(held, request);
  if (request.proof.expired) throw new TurnError(401, "the short-term credentials have expired");
  const wanted = whatIsWanted(server, request);
  requireQuota(server, request, wanted);
  requireRoom(server, request, wanted);
  const allocation = newAllocation(request);
  server.allocations.add(allocation);
  try {
    await server.letUdpGoFirst(allocation);
    const ticket = server.mobility.attributeFor(server, allocation, request.message);
    const opened = await openRelays(server, allocation, wanted, request);
    allocation.answer = [...answerOf(allocation, request), ...opened, ...ticket];
  } catch (error) {
    server.mobility.ended(server, allocation);
    server.allocations.remove(allocation);
    throw error;
  }
  return allocation.answer;
}

/** A retransmission gets the answer again, or is passed over while it is being made; anything else is a mismatch. */
function repeatAnswer(held: Allocation, { message, proof }: Request): readonly Attribute[] | undefined {
  requireSameUser(held, proof);
  if (held.transactionId !== message.transactionId.toString("hex"))
    throw new TurnError(437, "the 5-tuple holds an allocation already");
  return held.state === "open" ? held.answer : undefined;
}

function whatIsWanted(server: ServerState, request: Request): Wanted {
  const { message } = request;
  const transport = requireTransport(server, request);
  requireDontFragment(server, message);
  const port = portWish(message);
  const families = familiesOf(server, request, port);
  return { transport, families: transport === "tcp" ? families.slice(0, 1) : families, port };
}

/** RFC 8656 7.2 step 4: one who cannot set the DF bit must say that it does not understand. */
function requireDontFragment({ plane }: ServerState, message: StunMessage): void {
  if (message.get(attributes.dontFragment) === undefined || plane.dontFragment) return;
  const unknown = [attributes.dontFragment.type];
  throw new TurnError(420, "DONT-FRAGMENT", [attribute(attributes.unknownAttributes, unknown)]);
}

/** RFC 8656 7.2 step 5. */
function portWish(message: StunMessage): PortWish {
  const even = message.get(attributes.evenPort);
  const token = message.get(attributes.reservationToken);
  if (token === undefined) return even === undefined ? { kind: "any" } : { kind: "even", reserveNext: even };
  const { requestedAddressFamily, additionalAddressFamily } = attributes;
  const family = message.get(requestedAddressFamily) ?? message.get(additionalAddressFamily);
  if (even !== undefined || family !== undefined)
    throw new TurnError(400, "RESERVATION-TOKEN with EVEN-PORT or an address family");
  return { kind: "reserved", token: Buffer.from(token).toString("hex") };
}

/** RFC 8656 7.2 steps 6 to 9. */
function familiesOf(server: ServerState, { message, client, now }: Request, port: PortWish): readonly Family[] {
  const { relay } = server.options;
  if (port.kind === "reserved") return [familyOfReservation(server, port.token, now)];
  const requested = message.get(attributes.requestedAddressFamily);
  const additional = message.get(attributes.additionalAddressFamily);
  if (additional !== undefined) {
    if (requested !== undefined || additional !== IPV6 || (port.kind === "even" && port.reserveNext))
      throw new TurnError(400, `ADDITIONAL-ADDRESS-FAMILY ${additional} with something that excludes it`);
    return [IPV4, IPV6];
  }
  if (requested !== undefined) return [requireFamily(server, requested)];
  if (relay.defaultFamily === "listener") return [requireFamily(server, client.family)];
  return relay.defaultFamily === "dual" && port.kind === "any" ? [IPV4, IPV6] : [requireFamily(server, IPV4)];
}

/** RFC 8656 7.1: a token stands for a port of one family, which the client therefore does not name. */
function familyOfReservation({ ports }: ServerState, token: string, now: number): Family {
  for (const family of [IPV4, IPV6] as const) if (ports[family].isReserved(token, now)) return family;
  throw new TurnError(508, "no such reservation");
}

function requireFamily({ options: { relay } }: ServerState, family: number): Family {
  if (family === IPV4 && relay.ipv4) return IPV4;
  if (family === IPV6 && relay.ipv6) return IPV6;
  throw new TurnError(440, `address family ${family}`);
}

/** A reserved port counts like the allocation that it waits for: else one user could reserve them all. */
function requireQuota(server: ServerState, { proof: { user }, client, now }: Request, { port }: Wanted): void {
  const { allocations, ports, options } = server;
  const { limits } = options;
  const reserved = [ports[IPV4], ports[IPV6]].reduce((sum, each) => sum + each.reservedBy(userKey(user), now), 0);
  const held = allocations.heldBy(user) + (port.kind === "reserved" ? 0 : reserved);
  if (held >= limits.allocationsPerUser) throw new TurnError(486, "allocations of the user");
  if (allocations.heldFrom(client.address.address) >= limits.allocationsPerAddress)
    throw new TurnError(486, "allocations of the client's address");
}

/** RFC 8656 7.2 last step: another edge, if one has room; its name comes with what the client needs there. */
function requireRoom(server: ServerState, { client, now }: Request, wanted: Wanted): void {
  const why = whyNoRoom(server, wanted, now);
  if (!why) return;
  const elsewhere = server.alternative(client);
  if (elsewhere) throw new TurnError(300, "another edge has room", [attribute(attributes.alternateServer, elsewhere)]);
  throw new TurnError(508, why);
}

/** A reservation has its port already. */
function whyNoRoom(server: ServerState, { families, port }: Wanted, now: number): string | undefined {
  if (server.draining) return "the server is being drained";
  if (server.allocations.size >= server.options.limits.allocations) return "allocations of the server";
  const none = families.every((family) => !server.ports[family].hasRoom(now));
  return none && port.kind !== "reserved" ? "no free relay port" : undefined;
}

function answerOf(allocation: Allocation, { client, now }: Request): readonly Attribute[] {
  const { relays } = allocation;
  const lifetime = Math.round((relays[0]!.expiresAt - now) / 1000);
  return [
    ...relays.map(({ relayed }) => attribute(attributes.xorRelayedAddress, relayed)),
    attribute(attributes.lifetime, lifetime),
    attribute(attributes.xorMappedAddress, client.address),
  ];
}

/** RFC 8656 18.12: why one half of a dual allocation could not be had. */
export function halfFailed(family: Family, code: 440 | 508): Attribute {
  return attribute(attributes.addressErrorCode, { family, code, reason: REASONS[code] });
}
