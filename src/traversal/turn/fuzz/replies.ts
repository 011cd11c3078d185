import assert from "node:assert/strict";
import { attributes, DecodeError, decodeMessage, MessageClass, methodName, type StunMessage } from "#stun";
import type { Client } from "../allocation.ts";
import type { FuzzClient } from "./clients.ts";
import type { Reply } from "./recording-plane.ts";
import type { FuzzWorld } from "./world.ts";

/** What somebody who has shown no credentials can be made to receive, bytes: next to nothing more than was sent. */
const MAX_UNSIGNED = 100;
/** Who has shown a nonce that was sent to their address has shown that it is theirs, and may be told why. */
const MAX_TO_KNOWN_ADDRESS = 140;

/** Gives the bytes to the server, and keeps in mind what may be answered. */
export function deliver(world: FuzzWorld, client: FuzzClient, bytes: Buffer): void {
  const message = decodeMessage(bytes);
  if (!(message instanceof DecodeError) && message.class === MessageClass.request) {
    const key = keyOf(message);
    client.asked.set(key, (client.asked.get(key) ?? 0) + 1);
    if (client.nonces.includes(message.get(attributes.nonce) ?? "")) client.known.add(key);
  }
  world.core.receive(client.current, bytes);
}

/** Each answer goes to who asked, once. Clients learn from it. */
export function checkReplies(world: FuzzWorld): void {
  for (const reply of world.plane.replies.splice(0)) {
    const client = world.clients.find(({ current }) => current.path === reply.path);
    // A connection that has ended meanwhile.
    if (client) checkReply(world, client, reply);
  }
}

function checkReply(world: FuzzWorld, client: FuzzClient, { message: bytes }: Reply): void {
  const message = decodeMessage(bytes);
  assert.ok(!(message instanceof DecodeError) && message.malformed === undefined, "the server writes what can be read");
  const code = message.get(attributes.errorCode)?.code ?? "ok";
  if (message.class === MessageClass.indication) {
    assert.ok(holds(world, client.current), "only the holder of an allocation is told of connections");
  } else {
    const left = (client.asked.get(keyOf(message)) ?? 0) - 1;
    assert.ok(left >= 0, "an answer goes to the client that asked, once for each time that it did");
    client.asked.set(keyOf(message), left);
    const signed = message.integrityAt > 0 || message.integritySha256At > 0;
    const most = client.known.has(keyOf(message)) ? MAX_TO_KNOWN_ADDRESS : MAX_UNSIGNED;
    assert.ok(signed || bytes.length <= most, "little to gain for who wants it sent to somebody else");
  }
  learn(world, client, message);
  world.words.add(`${methodName(message.method)} ${code}`);
}

function holds({ core }: FuzzWorld, client: Client): boolean {
  return core.allocations.of(client)?.tcp !== undefined;
}

function learn(world: FuzzWorld, client: FuzzClient, message: StunMessage): void {
  const nonce = message.get(attributes.nonce);
  const ticket = message.get(attributes.mobilityTicket);
  const token = message.get(attributes.reservationToken);
  const connectionId = message.get(attributes.connectionId);
  if (nonce !== undefined) client.nonces.unshift(nonce);
  if (ticket) world.tickets.push(Buffer.from(ticket));
  if (token) world.tokens.push(Buffer.from(token));
  if (connectionId !== undefined) world.connectionIds.push(connectionId);
}

function keyOf({ method, transactionId }: StunMessage): string {
  return `${method} ${transactionId.toString("hex")}`;
}
