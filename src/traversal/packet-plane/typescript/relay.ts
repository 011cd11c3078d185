import { addressKey, type TransportAddress } from "#base";
import {
  attribute,
  attributes,
  CHANNEL_HEADER,
  encodeChannelData,
  encodeMessage,
  MessageClass,
  Method,
  writeChannelHeader,
} from "#stun";
import type { RelayCounters, RelayOptions } from "../contract.ts";
import type { UdpSocket } from "./sockets.ts";

interface Channel {
  readonly peer: TransportAddress;
  /** Kept ready, since the hairpin table is asked for every packet. */
  readonly key: string;
}

/** What a relay needs from its plane. */
export interface Surroundings {
  relayAt(key: string): Relay | undefined;
  listenerOf(id: number): UdpSocket | undefined;
}

/** One allocation's socket with its rules. */
export class Relay {
  readonly options: RelayOptions;
  readonly counters: RelayCounters = {
    sentPackets: 0,
    sentBytes: 0,
    receivedPackets: 0,
    receivedBytes: 0,
    hairpinPackets: 0,
    refusedPackets: 0,
    droppedPackets: 0,
  };
  readonly #plane: Surroundings;
  #socket: UdpSocket | undefined;
  readonly #permitted = new Set<string>();
  readonly #channels = new Map<number, Channel>();
  readonly #channelOf = new Map<string, number>();

  constructor(options: RelayOptions, plane: Surroundings) {
    this.options = options;
    this.#plane = plane;
  }

  attach(socket: UdpSocket): void {
    this.#socket = socket;
  }

  close(): void {
    this.#socket?.close();
  }

  permit(address: string, allowed: boolean): void {
    if (allowed) this.#permitted.add(address);
    else this.#permitted.delete(address);
  }

  bind(number: number, peer: TransportAddress | undefined): void {
    const old = this.#channels.get(number);
    if (old) this.#channelOf.delete(old.key);
    this.#channels.delete(number);
    if (!peer) return;
    const channel = { peer, key: addressKey(peer) };
    this.#channels.set(number, channel);
    this.#channelOf.set(channel.key, number);
  }

  sendOnChannel(number: number, data: Buffer): void {
    const channel = this.#channels.get(number);
    if (channel) this.#send(channel.peer, channel.key, data);
    else this.counters.refusedPackets++;
  }

  sendToPeer(peer: TransportAddress, data: Buffer): void {
    this.#send(peer, addressKey(peer), data);
  }

  /** A packet from a peer, or from another relay whose advertised address is `from`. */
  receive(data: Buffer, from: TransportAddress): void {
    if (!this.#permitted.has(from.address)) {
      this.counters.refusedPackets++;
      return;
    }
    if (!this.#toClient(data, from)) {
      this.counters.droppedPackets++;
      return;
    }
    this.counters.receivedPackets++;
    this.counters.receivedBytes += data.length;
  }

  #send(peer: TransportAddress, key: string, data: Buffer): void {
    const neighbour = this.#plane.relayAt(key);
    if (neighbour) {
      this.counters.hairpinPackets++;
      neighbour.receive(data, this.options.advertised);
    } else if (!this.#socket?.send(data, peer)) {
      this.counters.droppedPackets++;
      return;
    }
    this.counters.sentPackets++;
    this.counters.sentBytes += data.length;
  }

  #toClient(data: Buffer, from: TransportAddress): boolean {
    const { client } = this.options;
    const channel = this.#channelOf.get(addressKey(from));
    if (client.transport === "tcp")
      return client.writer.write(
        channel === undefined ? dataIndication(data, from) : encodeChannelData(channel, data, true),
      );
    const bytes = channel === undefined ? dataIndication(data, from) : [channelHeader(channel, data.length), data];
    return this.#plane.listenerOf(client.listener)?.send(bytes, client.client) ?? false;
  }
}

function channelHeader(channel: number, length: number): Buffer {
  const header = Buffer.allocUnsafe(CHANNEL_HEADER);
  writeChannelHeader(header, channel, length);
  return header;
}

/** RFC 8656 11.4. */
function dataIndication(data: Buffer, from: TransportAddress): Buffer {
  return encodeMessage({
    method: Method.data,
    class: MessageClass.indication,
    attributes: [attribute(attributes.xorPeerAddress, from), attribute(attributes.data, data)],
  });
}
