import assert from "node:assert/strict";
import dgram from "node:dgram";
import { once } from "node:events";
import net from "node:net";
import type { Scope, TransportAddress } from "#base";
import {
  type Attribute,
  attribute,
  attributes,
  DecodeError,
  decodeMessage,
  encodeMessage,
  FrameReader,
  MessageClass,
  Method,
  newTransactionId,
  type StunMessage,
  verifyIntegrity,
} from "#stun";
import { until } from "#until";
import { type Account, keyOf, proofOf, type Signing } from "./raw-signing.ts";

export type { Account } from "./raw-signing.ts";

/** For tests: a client that does just what it is told, wrong things too, and shows the raw answers. */
export class RawClient {
  /** Everything received, whole messages and ChannelData. */
  readonly received: Buffer[] = [];
  /** From the latest 401 or 438. */
  realm = "";
  nonce = "";
  /** Of all requests with an account. */
  signing: Signing = {};
  /** True once the connection, or socket, is closed. */
  closed = false;
  local: TransportAddress = { address: "", port: 0 };
  write: (bytes: Buffer) => void = () => {};
  /** Ends the socket or connection without a word. */
  leave: () => void = () => {};

  static async udp(scope: Scope, server: TransportAddress, from = loopbackOf(server)): Promise<RawClient> {
    const client = new RawClient();
    const socket = dgram.createSocket(from.includes(":") ? "udp6" : "udp4").bind(0, from);
    const closed = once(socket, "close");
    client.leave = () => socket.close();
    scope.defer(() => {
      if (!client.closed) socket.close();
    });
    void closed.then(() => {
      client.closed = true;
    });
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
    client.leave = () => void socket.destroy();
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
    const message = await this.exchange(this.encode(method, list, account, id));
    if (account && message.class === MessageClass.success) {
      const key = keyOf(account, this.realm, this.signing);
      assert.ok(verifyIntegrity(message, key, this.signing.integrity), "a success response is signed as its request");
    }
    return message;
  }

  /** Any bytes with the header of a request, and the response to them. */
  async exchange(request: Buffer): Promise<StunMessage> {
    this.write(request);
    const id = request.subarray(8, 20);
    const message = decodeMessage(await this.next((bytes) => bytes.subarray(8, 20).equals(id)));
    assert.ok(!(message instanceof DecodeError), JSON.stringify(message));
    this.realm = message.get(attributes.realm) ?? this.realm;
    this.nonce = message.get(attributes.nonce) ?? this.nonce;
    return message;
  }

  encode(
    method: number,
    list: readonly Attribute[] = [],
    account?: Account,
    transactionId = newTransactionId(),
  ): Buffer {
    if (!account) return encodeMessage({ method, class: MessageClass.request, transactionId, attributes: list });
    const proof = proofOf(account, this.realm, this.nonce, this.signing);
    return encodeMessage(
      { method, class: MessageClass.request, transactionId, attributes: [...list, ...proof] },
      { key: keyOf(account, this.realm, this.signing), algorithm: this.signing.integrity },
    );
  }

  /**
   * Fails if that request is answered: what is sent behind it is, and nothing overtakes on loopback. An unsigned Allocate
   * would not do, which the packet plane may answer by itself.
   */
  async expectSilence(request: Buffer): Promise<void> {
    this.write(request);
    await this.request(Method.refresh);
    const answers = this.received.filter((bytes) => bytes.subarray(8, 20).equals(request.subarray(8, 20)));
    assert.deepEqual(answers, []);
  }

  /** Learns realm and nonce, then allocates. */
  async allocate(account: Account, list: readonly Attribute[] = []): Promise<StunMessage> {
    await this.challenge();
    return this.request(Method.allocate, [attribute(attributes.requestedTransport, 17), ...list], account);
  }

  async challenge(): Promise<StunMessage> {
    return this.request(Method.allocate, [attribute(attributes.requestedTransport, 17)]);
  }

  /** Send indication: no answer comes. */
  send(peer: TransportAddress, data: string, list: readonly Attribute[] = []): void {
    const packet = [
      attribute(attributes.xorPeerAddress, peer),
      attribute(attributes.data, Buffer.from(data) as Uint8Array),
    ];
    this.write(
      encodeMessage({ method: Method.send, class: MessageClass.indication, attributes: [...packet, ...list] }),
    );
  }
}

function loopbackOf({ address }: TransportAddress): string {
  return address.includes(":") ? "::1" : "127.0.0.1";
}

export function codeOf(message: StunMessage): number {
  return message.get(attributes.errorCode)?.code ?? 0;
}

export function relayedOf(message: StunMessage): TransportAddress {
  const relayed = message.get(attributes.xorRelayedAddress);
  assert.ok(relayed, `allocated, and not refused with ${codeOf(message)}`);
  return relayed;
}
