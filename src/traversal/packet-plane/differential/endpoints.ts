import { createHash } from "node:crypto";
import dgram from "node:dgram";
import { once } from "node:events";
import { addressKey, type TransportAddress } from "#base";
import { attribute, attributes, DecodeError, decodeMessage, encodeMessage, isStun, MessageClass, Method } from "#stun";

/** What each receiver has got since the last look, in words that mean the same for both planes. */
export class Record {
  /** Since the beginning. */
  arrived = 0;
  readonly #names = new Map<string, string>();
  #seen = new Map<string, string[]>();

  name(address: TransportAddress, name: string): void {
    this.#names.set(addressKey(address), name);
  }

  nameOf(address: TransportAddress): string {
    return this.#names.get(addressKey(address)) ?? "a stranger";
  }

  /** A packet from the plane. */
  arrive(receiver: string, from: string, bytes: Buffer): void {
    this.arrived++;
    this.note(receiver, `from ${from}: ${this.#inWords(bytes)}`);
  }

  note(receiver: string, words: string): void {
    const list = this.#seen.get(receiver) ?? [];
    this.#seen.set(receiver, list);
    list.push(words);
  }

  take(): string[] {
    const lines = [...this.#seen]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([who, list]) => list.map((words) => `${who} ${words}`));
    this.#seen = new Map();
    return lines;
  }

  /** The bytes themselves; of a Data indication what is in them, if nothing else is. */
  #inWords(bytes: Buffer): string {
    const message = isStun(bytes) ? decodeMessage(bytes) : undefined;
    if (!message || message instanceof DecodeError || message.method !== Method.data) return digest(bytes);
    const peer = message.get(attributes.xorPeerAddress);
    const data = message.get(attributes.data);
    if (!peer || !data || message.class !== MessageClass.indication) return `odd ${digest(bytes)}`;
    const again = encodeMessage({
      method: Method.data,
      class: MessageClass.indication,
      transactionId: message.transactionId,
      attributes: [attribute(attributes.xorPeerAddress, peer), attribute(attributes.data, data)],
    });
    return again.equals(bytes)
      ? `indication of ${this.nameOf(peer)}: ${digest(Buffer.from(data))}`
      : `odd ${digest(bytes)}`;
  }
}

/** Short enough to be read, and different for different bytes. */
export function digest(bytes: Buffer): string {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
  return `${bytes.length} bytes ${bytes.subarray(0, 8).toString("hex")} ${hash}`;
}

/** A socket of the test: a client, a peer, or the place of a relay that is not open. */
export class Endpoint {
  readonly address: TransportAddress;
  readonly #socket: dgram.Socket;

  constructor(socket: dgram.Socket, name: string, record: Record) {
    this.#socket = socket;
    const { address, port } = socket.address();
    this.address = { address, port };
    record.name(this.address, name);
    socket.on("message", (bytes, from) => record.arrive(name, record.nameOf(from), bytes));
    // ICMP errors about what was sent to a port that is closed by now.
    socket.on("error", () => {});
  }

  static async open(where: TransportAddress, name: string, record: Record): Promise<Endpoint> {
    const socket = dgram.createSocket(where.address.includes(":") ? "udp6" : "udp4").bind(where.port, where.address);
    await once(socket, "listening");
    return new Endpoint(socket, name, record);
  }

  send(bytes: Buffer, { address, port }: TransportAddress): void {
    this.#socket.send(bytes, port, address);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(resolve));
  }
}
