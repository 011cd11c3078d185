import { randomBytes } from "node:crypto";
import { textOf } from "#base";
import { type Attribute, attribute, attributes, type StunMessage } from "#stun";
import type { Allocation } from "../allocation.ts";
import { TurnError } from "../errors.ts";
import { type Request, requireSameUser, type ServerState } from "../state.ts";
import { lifetimeOf } from "./refresh.ts";

/** RFC 8656 18.8. */
const UDP = 17;
/** RFC 8656 18.6. */
const IPV4 = 1;
/** Ports tried when other programs hold some of the range. */
const MAX_TRIES = 10;

type PortWish =
  | { readonly kind: "any" }
  | { readonly kind: "even"; readonly reserveNext: boolean }
  | { readonly kind: "reserved"; readonly token: string };

let nextId = 1;

/** RFC 8656 7.2, in its order. */
export async function allocate(server: ServerState, request: Request): Promise<readonly Attribute[] | undefined> {
  const held = server.allocations.of(request.client);
  if (held) return repeatAnswer(held, request);
  if (request.proof.expired) throw new TurnError(401, "the short-term credentials have expired");
  requireUdp(request.message);
  const wish = portWish(request.message);
  requireIpv4(request.message);
  requireQuota(server, request);
  const allocation = newAllocation(request);
  server.allocations.add(allocation);
  try {
    const token = await openRelay(server, allocation, wish, request.now);
    allocation.answer = answerOf(allocation, request, token);
  } catch (error) {
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

function requireUdp(message: StunMessage): void {
  const transport = message.get(attributes.requestedTransport);
  if (transport === undefined) throw new TurnError(400, "no REQUESTED-TRANSPORT");
  if (transport !== UDP) throw new TurnError(442, `protocol ${transport}`);
}

function portWish(message: StunMessage): PortWish {
  const even = message.get(attributes.evenPort);
  const token = message.get(attributes.reservationToken);
  if (token === undefined) return even === undefined ? { kind: "any" } : { kind: "even", reserveNext: even };
  if (even !== undefined || message.get(attributes.requestedAddressFamily) !== undefined)
    throw new TurnError(400, "RESERVATION-TOKEN with EVEN-PORT or REQUESTED-ADDRESS-FAMILY");
  return { kind: "reserved", token: Buffer.from(token).toString("hex") };
}

function requireIpv4(message: StunMessage): void {
  const family = message.get(attributes.requestedAddressFamily);
  if (family !== undefined && family !== IPV4) throw new TurnError(440, `address family ${family}`);
}

function requireQuota({ allocations, options }: ServerState, { proof }: Request): void {
  if (allocations.heldBy(proof.user) >= options.maxAllocationsPerUser)
    throw new TurnError(486, "allocations of the user");
  if (allocations.size >= options.maxAllocations) throw new TurnError(508, "allocations of the server");
}

function newAllocation({ client, proof, message, now }: Request): Allocation {
  return {
    id: nextId++,
    client,
    user: proof.user,
    state: "opening",
    bound: { address: "", port: 0 },
    relayed: { address: "", port: 0 },
    createdAt: now,
    expiresAt: now + lifetimeOf(message) * 1000,
    permissions: new Map(),
    channels: new Map(),
    transactionId: message.transactionId.toString("hex"),
    answer: [],
    refusals: 0,
  };
}

/** Binds a port that fulfils the wish. Returns the token of the next port if that was reserved. */
async function openRelay(
  server: ServerState,
  allocation: Allocation,
  wish: PortWish,
  now: number,
): Promise<Buffer | undefined> {
  const { address, advertised } = server.options.relay;
  for (let attempt = 1; ; attempt++) {
    const port = takePort(server, allocation, wish, now);
    allocation.bound = { address, port };
    allocation.relayed = { address: advertised, port };
    try {
      await server.plane.openRelay({ ...allocation, client: allocation.client.path, advertised: allocation.relayed });
    } catch (error) {
      giveBack(server, port, wish, now);
      const retry = attempt < MAX_TRIES && wish.kind !== "reserved";
      if (!retry) throw new TurnError(508, `port ${port} cannot be bound (${textOf(error)})`);
      continue;
    }
    return opened(server, allocation, wish, now);
  }
}

function takePort(server: ServerState, { user }: Allocation, wish: PortWish, now: number): number {
  const { ports } = server;
  const port =
    wish.kind === "reserved"
      ? ports.redeem(wish.token, user.id, now)
      : wish.kind === "even"
        ? ports.takeEven(now, wish.reserveNext)
        : ports.take(now);
  if (port === undefined)
    throw new TurnError(508, wish.kind === "reserved" ? "no such reservation" : "no free relay port");
  return port;
}

function giveBack(server: ServerState, port: number, wish: PortWish, now: number): void {
  server.ports.giveBack(port, now);
  if (wish.kind === "even" && wish.reserveNext) server.ports.giveBack(port + 1, now);
}

function opened(server: ServerState, allocation: Allocation, wish: PortWish, now: number): Buffer | undefined {
  const { port } = allocation.bound;
  if (allocation.state === "ended") {
    server.plane.closeRelay(allocation.id);
    giveBack(server, port, wish, now);
    throw new TurnError(437, "the client left");
  }
  server.allocations.opened(allocation);
  if (wish.kind !== "even" || !wish.reserveNext) return undefined;
  const token = randomBytes(8);
  server.ports.reserve(token.toString("hex"), port + 1, allocation.user.id, now);
  return token;
}

function answerOf(allocation: Allocation, { client, now }: Request, token: Buffer | undefined): readonly Attribute[] {
  return [
    attribute(attributes.xorRelayedAddress, allocation.relayed),
    attribute(attributes.lifetime, Math.round((allocation.expiresAt - now) / 1000)),
    ...(token ? [attribute(attributes.reservationToken, token as Uint8Array)] : []),
    attribute(attributes.xorMappedAddress, client.address),
  ];
}
