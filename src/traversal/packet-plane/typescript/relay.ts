import { addressKey, type TransportAddress } from "#base";
import type { IcmpError } from "#native";
import { encodeChannelData } from "#stun";
import { type ClientPath, noTraffic, type PacketTap, type RelayOptions } from "../contract.ts";
import { isRelevant, tooLarge } from "./icmp.ts";
import { channelHeader, dataIndication, icmpIndication } from "./messages.ts";
import { RateLimit } from "./rate-limit.ts";
import type { RelaySocket } from "./relay-sockets.ts";
import type { SendIndication } from "./send-indication.ts";
import type { UdpSocket } from "./sockets.ts";

interface Channel {
  readonly peer: TransportAddress;
  /** Kept ready, since the hairpin table is asked for every packet. */
  readonly key: string;
}

/** More admissions than a client has peers at a time; the oldest makes room, and its peer is judged anew. */
const MAX_ADMITTED = 64;

/** What a relay needs from its plane. */
export interface Surroundings {
  relayAt(key: string): Relay | undefined;
  listenerOf(id: number): UdpSocket | undefined;
  nowUs(): number;
  tap(): PacketTap | undefined;
}

/** One allocation's socket with its rules. */
export class Relay {
  readonly options: RelayOptions;
  client: ClientPath;
  readonly counters = noTraffic();
  readonly #plane: Surroundings;
  readonly #limit: RateLimit | undefined;
  #socket: RelaySocket | undefined;
  readonly #permitted = new Set<string>();
  readonly #channels = new Map<number, Channel>();
  readonly #channelOf = new Map<string, number>();
  /** By address of the peer: the relay of ours that was there when it was admitted. */
  readonly #admitted = new Map<string, Relay | undefined>();
  #passedAtUs: number;

  constructor(options: RelayOptions, plane: Surroundings) {
    this.options = options;
    this.client = options.client;
    this.#plane = plane;
    this.#limit = options.limits && new RateLimit(options.limits, plane.nowUs());
    this.#passedAtUs = plane.nowUs();
  }

  attach(socket: RelaySocket): void {
    this.#socket = socket;
  }

  close(): void {
    this.#socket?.close();
  }

  permit(address: string, allowed: boolean): void {
    if (allowed) this.#permitted.add(address);
    else this.#permitted.delete(address);
  }

  hasChannel(number: number): boolean {
    return this.#channels.has(number);
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

  admit(peer: TransportAddress): void {
    const key = addressKey(peer);
    this.#admitted.delete(key);
    const [oldest] = this.#admitted.keys();
    if (this.#admitted.size === MAX_ADMITTED) this.#admitted.delete(oldest!);
    this.#admitted.set(key, this.#plane.relayAt(key));
  }

  forgetAdmitted(): void {
    this.#admitted.clear();
  }

  /** Since a packet last passed. */
  idleUs(): number {
    return this.#plane.nowUs() - this.#passedAtUs;
  }

  sendOnChannel(number: number, data: Buffer): void {
    const channel = this.#channels.get(number);
    if (channel) this.#send(channel.peer, channel.key, data, false);
    else this.counters.refusedPackets++;
  }

  sendToPeer(peer: TransportAddress, data: Buffer, dontFragment: boolean): void {
    this.#send(peer, addressKey(peer), data, dontFragment);
  }

  /** False if the peer is not admitted, not permitted, or not who it was when it was admitted: nothing has been done. */
  sendAdmitted({ peer, data }: SendIndication): boolean {
    const key = addressKey(peer);
    if (!this.#permitted.has(peer.address) || !this.#admitted.has(key)) return false;
    if (this.#plane.relayAt(key) !== this.#admitted.get(key)) return false;
    this.#send(peer, key, data, false);
    return true;
  }

  /** A packet from a peer, or from another relay whose advertised address is `from`. */
  receive(data: Buffer, from: TransportAddress): void {
    // Before the limit: a stranger must not use up what the client's peers may send.
    if (!this.#permitted.has(from.address)) {
      this.counters.refusedPackets++;
      return;
    }
    if (!this.#withinLimit(data.length)) return;
    if (!this.#toClient(data, from)) {
      this.counters.droppedPackets++;
      return;
    }
    this.#passedAtUs = this.#plane.nowUs();
    this.counters.receivedPackets++;
    this.counters.receivedBytes += data.length;
  }

  /** RFC 8656 11.5: permitted must be the peer that the packet was for, whoever sent the error. */
  receiveIcmp(error: IcmpError): void {
    if (!isRelevant(error) || !this.#permitted.has(error.peer.address) || !this.#withinLimit(0)) return;
    if (!this.#write(icmpIndication(error))) this.counters.droppedPackets++;
  }

  #send(peer: TransportAddress, key: string, data: Buffer, dontFragment: boolean): void {
    if (!this.#withinLimit(data.length)) return;
    const neighbour = this.#plane.relayAt(key);
    if (neighbour) {
      this.counters.hairpinPackets++;
      this.#plane.tap()?.packet("inside", this.options.advertised, peer, data);
      neighbour.receive(data, this.options.advertised);
    } else if (!this.#toPeer(peer, data, dontFragment)) {
      this.counters.droppedPackets++;
      return;
    }
    this.#passedAtUs = this.#plane.nowUs();
    this.counters.sentPackets++;
    this.counters.sentBytes += data.length;
  }

  #toPeer(peer: TransportAddress, data: Buffer, dontFragment: boolean): boolean {
    const result = this.#socket?.send(data, peer, dontFragment) ?? "dropped";
    if (dontFragment && typeof result === "object") this.receiveIcmp(tooLarge(peer, result.mtu));
    if (result !== "sent") return false;
    this.#plane.tap()?.packet("out", this.options.bound, peer, data);
    return true;
  }

  #toClient(data: Buffer, from: TransportAddress): boolean {
    const channel = this.#channelOf.get(addressKey(from));
    if (channel === undefined) return this.#write(dataIndication(data, from));
    if (this.client.transport === "tcp") return this.#write(encodeChannelData(channel, data, true));
    return this.#write([channelHeader(channel, data.length), data]);
  }

  #write(bytes: Buffer | [Buffer, Buffer]): boolean {
    const { client } = this;
    if (client.transport === "tcp") return client.writer.write(Buffer.isBuffer(bytes) ? bytes : Buffer.concat(bytes));
    const socket = this.#plane.listenerOf(client.listener);
    if (!socket?.send(bytes, client.client)) return false;
    this.#plane.tap()?.packet("out", socket.address, client.client, bytes);
    return true;
  }

  #withinLimit(bytes: number): boolean {
    if (!this.#limit || this.#limit.take(bytes, this.#plane.nowUs())) return true;
    this.counters.limitedPackets++;
    return false;
  }
}
