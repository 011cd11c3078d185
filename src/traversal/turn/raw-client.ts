import assert from "node:assert/strict";
import dgram from "node:dgram";
import { once } from "node:events";
import net from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { Scope, TransportAddress } from "#base";
import {
  type Attribute,
  attribute,
  attributes,
  DecodeError,
  decodeMessage,
  encodeMessage,
  FrameReader,
  longTermKey,
  MessageClass,
  Method,
  newTransactionId,
  type StunMessage,
  verifyIntegrity,
} from "#stun";

export interface Account {
  readonly username: string;
  readonly password: string;
}

/** For tests: a client that does just what it is told, wrong things too, and shows the raw answers. */
export class RawClient {
  /** Everything received, whole messages and ChannelData. */
  readonly received: Buffer[] = [];
  /** From the latest 401 or 438. */
  realm = "";
  nonce = "";
  /** True once the server has closed the connection. */
  closed = false;
  local: TransportAddress = { address: "", port: 0 };
  write: (bytes: Buffer) => void = () => {};

  static async udp(scope: Scope, server: TransportAddress, from = "127.0.0.1"): Promise<RawClient> {
    const client = new RawClient();
    const socket = dgram.createSocket("udp4").bind(0, from);
    scope.defer(() => void socket.close());
    await once(socket, "listening");
    socket.on("message", (bytes) => client.received.push(bytes));
    client.local = { address: from, port: socket.address().port };
    client.write = (bytes) => socket.send(bytes, server.port, server.address);
    return client;
  }

  static async tcp(scope: Scope, server: TransportAddress): Promise<RawClient> {
    const client = new RawClient();
    const socket = net.connect({ port: server.port, host: server.address, noDelay: true });
    scope.defer(() => void socket.destroy());
    await once(socket, "connect");
    const frames = new FrameReader((frame) => client.received.push(frame));
    socket.on("data", (chunk) => assert.ok(frames.push(chunk), "the server keeps to the framing"));
    socket.on("error", () => {});
    socket.on("close", () => {
      client.closed = true;
    });
    client.local = { address: socket.localAddress!, port: socket.localPort! };
    client.write = (bytes) => void socket.write(bytes);
    return client;
  }

  /** The next thing received, of which `wanted` is true. */
  async next(wanted: (bytes: Buffer) => boolean = () => true): Promise<Buffer> {
    await until(() => this.received.some(wanted));
    const at = this.received.findIndex(wanted);
    return this.received.splice(at, 1)[0]!;
  }

  /** One request and its response. With an account it is signed with the realm and nonce known so far. */
  async request(method: number, list: readonly Attribute[] = [], account?: Account, id = newTransactionId()) {
    this.write(this.encode(method, list, account, id));
    const bytes = await this.next((message) => message.subarray(8, 20).equals(id));
    const message = decodeMessage(bytes);
    assert.ok(!(message instanceof DecodeError), JSON.stringify(message));
    this.realm = message.get(attributes.realm) ?? this.realm;
    this.nonce = message.get(attributes.nonce) ?? this.nonce;
    if (account && message.class === MessageClass.success)
      assert.ok(verifyIntegrity(message, this.#key(account)), "a success response is signed");
    return message;
  }

  encode(
    method: number,
    list: readonly Attribute[] = [],
    account?: Account,
    transactionId = newTransactionId(),
  ): Buffer {
    if (!account) return encodeMessage({ method, class: MessageClass.request, transactionId, attributes: list });
    const proof = [
      attribute(attributes.username, account.username),
      attribute(attributes.realm, this.realm),
      attribute(attributes.nonce, this.nonce),
    ];
    return encodeMessage(
      { method, class: MessageClass.request, transactionId, attributes: [...list, ...proof] },
      { key: this.#key(account) },
    );
  }

  /** Learns realm and nonce, then allocates. */
  async allocate(account: Account, list: readonly Attribute[] = []): Promise<StunMessage> {
    await this.challenge();
    return this.request(Method.allocate, [attribute(attributes.requestedTransport, 17), ...list], account);
  }

  async challenge(): Promise<StunMessage> {
    return this.request(Method.allocate, [attribute(attributes.requestedTransport, 17)]);
  }

  #key({ username, password }: Account): Buffer {
    return longTermKey(username, this.realm, password);
  }
}

export function codeOf(message: StunMessage): number {
  return message.get(attributes.errorCode)?.code ?? 0;
}

export function relayedOf(message: StunMessage): TransportAddress {
  const relayed = message.get(attributes.xorRelayedAddress);
  assert.ok(relayed, `allocated, and not refused with ${codeOf(message)}`);
  return relayed;
}

export async function until(done: () => boolean, withinMs = 5000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!done()) {
    assert.ok(Date.now() < deadline, "the effect did not come in time");
    await delay(2);
  }
}
