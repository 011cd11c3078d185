import { randomBytes } from "node:crypto";
import { type TransportAddress, textOf } from "#base";
import { type Attribute, attribute, attributes, encodeMessage, MessageClass, Method } from "#stun";
import { type Allocation, type Relay, userKey } from "./allocation.ts";
import { TurnError } from "./errors.ts";
import type { Family } from "./family.ts";
import { halfFailed, type PortWish, type Wanted } from "./methods/allocate.ts";
import { lifetimeOf } from "./methods/refresh.ts";
import { isAllowed, type Request, type ServerState } from "./state.ts";

/** Ports tried when other programs hold some of the range. */
const MAX_TRIES = 10;

let nextRelay = 1;

/** Opens what is wanted, and returns what the answer says besides. Throws 437, 440 or 508 and leaves nothing open. */
export async function openRelays(
  server: ServerState,
  allocation: Allocation,
  wanted: Wanted,
  request: Request,
): Promise<readonly Attribute[]> {
  const extra: Attribute[] = [];
  for (const family of wanted.families) extra.push(...(await tryRelay(server, allocation, family, wanted, request)));
  if (allocation.relays.length === 0) throw new TurnError(508, "neither address family could be had");
  if (allocation.state === "ended") {
    for (const relay of allocation.relays) closeRelay(server, allocation, relay);
    throw new TurnError(437, "the client left");
  }
  server.allocations.opened(allocation);
  return extra;
}

/** One family's. That it cannot be had is a failure only if no other family is wanted. */
async function tryRelay(
  server: ServerState,
  allocation: Allocation,
  family: Family,
  wanted: Wanted,
  request: Request,
): Promise<readonly Attribute[]> {
  try {
    const { relay, token } = await openRelay(server, allocation, family, wanted, request);
    allocation.relays = [...allocation.relays, relay];
    return token ? [attribute(attributes.reservationToken, token as Uint8Array)] : [];
  } catch (error) {
    if (!(error instanceof TurnError) || wanted.families.length === 1) throw error;
    return [halfFailed(family, error.code === 440 ? 440 : 508)];
  }
}

export function closeRelay(server: ServerState, allocation: Allocation, { id, family, bound }: Relay): void {
  if (allocation.tcp) allocation.tcp.close();
  else server.plane.closeRelay(id);
  server.ports[family].giveBack(bound.port, server.clock.now());
}

interface Opened {
  readonly relay: Relay;
  /** Of the next port, if that was to be reserved. */
  readonly token: Buffer | undefined;
}

async function openRelay(
  server: ServerState,
  allocation: Allocation,
  family: Family,
  { port: wish, transport }: Wanted,
  { message, now }: Request,
): Promise<Opened> {
  const place = family === 1 ? server.options.relay.ipv4 : server.options.relay.ipv6;
  if (!place) throw new TurnError(440, `address family ${family}`);
  for (let attempt = 1; ; attempt++) {
    const port = takePort(server, allocation, family, wish, now);
    const relay: Relay = {
      id: nextRelay++,
      family,
      bound: { address: place.address, port },
      relayed: { address: place.advertised, port },
      expiresAt: now + lifetimeOf(message) * 1000,
    };
    try {
      await (transport === "tcp" ? openTcp(server, allocation, relay) : openUdp(server, allocation, relay));
    } catch (error) {
      giveBack(server, family, port, wish, now);
      const retry = attempt < MAX_TRIES && wish.kind !== "reserved";
      if (!retry) throw new TurnError(508, `port ${port} cannot be bound (${textOf(error)})`);
      continue;
    }
    return { relay, token: reserveNext(server, allocation, relay, wish, now) };
  }
}

function openUdp({ plane, options }: ServerState, { client, user }: Allocation, relay: Relay): Promise<void> {
  const { packetsPerSecond, bitsPerSecond } = options.limits;
  return plane.openRelay({
    id: relay.id,
    client: client.path,
    bound: relay.bound,
    advertised: relay.relayed,
    // A bridge's one allocation carries the media of all its guests.
    limits: user.role === "guest" ? { packetsPerSecond, bitsPerSecond } : undefined,
  });
}

async function openTcp(server: ServerState, allocation: Allocation, { bound, relayed }: Relay): Promise<void> {
  allocation.tcp = await server.tcpRelays.open({
    bound,
    relayed,
    owner: allocation.user,
    bytesPerSecond: allocation.user.role === "guest" ? server.options.limits.bitsPerSecond / 8 : undefined,
    admits: (peer) => allocation.permissions.has(peer.address) && isAllowed(server, allocation, peer),
    allows: (peer) => server.judge(allocation.user.role, peer).allowed,
    onAttempt: (id, peer) => server.plane.reply(allocation.client.path, connectionAttempt(id, peer)),
  });
}

/** RFC 6062 4.4. */
function connectionAttempt(id: number, peer: TransportAddress): Buffer {
  return encodeMessage({
    method: Method.connectionAttempt,
    class: MessageClass.indication,
    attributes: [attribute(attributes.connectionId, id), attribute(attributes.xorPeerAddress, peer)],
  });
}

function takePort(server: ServerState, { user }: Allocation, family: Family, wish: PortWish, now: number): number {
  const ports = server.ports[family];
  const port =
    wish.kind === "reserved"
      ? ports.redeem(wish.token, userKey(user), now)
      : wish.kind === "even"
        ? ports.takeEven(now, wish.reserveNext)
        : ports.take(now);
  if (port === undefined)
    throw new TurnError(508, wish.kind === "reserved" ? "no such reservation" : "no free relay port");
  return port;
}

function giveBack(server: ServerState, family: Family, port: number, wish: PortWish, now: number): void {
  server.ports[family].giveBack(port, now);
  if (wish.kind === "even" && wish.reserveNext) server.ports[family].giveBack(port + 1, now);
}

function reserveNext(
  server: ServerState,
  { user }: Allocation,
  { family, bound }: Relay,
  wish: PortWish,
  now: number,
): Buffer | undefined {
  if (wish.kind !== "even" || !wish.reserveNext) return undefined;
  const token = randomBytes(8);
  server.ports[family].reserve(token.toString("hex"), bound.port + 1, userKey(user), now);
  return token;
}
