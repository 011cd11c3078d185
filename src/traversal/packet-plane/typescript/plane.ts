import type { RemoteInfo } from "node:dgram";
import { addressKey, type Scope, systemClock, type TransportAddress } from "#base";
import { nativeAvailable } from "#native";
import { DecodeError, decodeChannelData, isChannelData } from "#stun";
import type {
  ClientPath,
  PacketPlane,
  PacketTap,
  PlaneListener,
  PlaneStatus,
  RelayCounters,
  RelayOptions,
} from "../contract.ts";
import { ClientTable } from "./client-table.ts";
import { Relay, type Surroundings } from "./relay.ts";
import { dgramSockets, nativeSockets, type RelaySockets } from "./relay-sockets.ts";
import { readSendIndication } from "./send-indication.ts";
import { bindUdp, type UdpSocket } from "./sockets.ts";

/** All clients share a listener's socket, so a burst of all of them must fit. */
const LISTENER_BUFFER = 4 << 20;

/** It reads and sends packet by packet, and hands each up at once. */
const STATUS: PlaneStatus = {
  kind: "typescript",
  threads: 1,
  droppedUpwards: 0,
  runs: { sends: 0, packets: 0 },
  merged: { reads: 0, packets: 0 },
  fallbacks: {},
};

interface Listener {
  readonly id: number;
  readonly socket: UdpSocket;
  readonly clients: ClientTable;
}

/** The packet plane in TypeScript: runs everywhere, and is the measure of any other. */
export class TypescriptPlane implements PacketPlane {
  readonly dontFragment: boolean;
  readonly #up: PlaneListener;
  readonly #sockets: RelaySockets;
  readonly #listeners = new Map<number, Listener>();
  readonly #relays = new Map<number, Relay>();
  /** Relays by bound and by advertised address. */
  readonly #byAddress = new Map<string, Relay>();
  readonly #surroundings: Surroundings = {
    relayAt: (key) => this.#byAddress.get(key),
    listenerOf: (id) => this.#listeners.get(id)?.socket,
    nowUs: () => systemClock.monotonicUs(),
    tap: () => this.#tap,
  };
  #tap: PacketTap | undefined;
  #nextListener = 0;
  #closed = false;

  constructor(scope: Scope, listener: PlaneListener, sockets = nativeAvailable() ? nativeSockets : dgramSockets) {
    this.#up = listener;
    this.#sockets = sockets;
    this.dontFragment = sockets.dontFragment;
    scope.defer(() => this.#close());
  }

  async listen(where: TransportAddress) {
    const id = this.#nextListener++;
    const socket = await bindUdp(where, LISTENER_BUFFER, (bytes, from) => this.#fromClient(listener, bytes, from));
    const listener: Listener = { id, socket, clients: new ClientTable() };
    this.#keep(socket);
    this.#listeners.set(id, listener);
    return { listener: id, address: socket.address };
  }

  /** Nothing is won by answering here what TypeScript answers as well. */
  setChallenge(): void {}

  reply(client: ClientPath, message: Buffer): void {
    if (client.transport === "tcp") {
      client.writer.write(message, true);
      return;
    }
    const socket = this.#listeners.get(client.listener)?.socket;
    if (socket?.send(message, client.client)) this.#tap?.packet("out", socket.address, client.client, message);
  }

  async openRelay(options: RelayOptions): Promise<void> {
    const relay = new Relay(options, this.#surroundings);
    const socket = await this.#sockets.open(options.bound, {
      onPacket: (bytes, from) => {
        this.#tap?.packet("in", options.bound, from, bytes);
        relay.receive(bytes, from);
      },
      onIcmp: (error) => relay.receiveIcmp(error),
    });
    this.#keep(socket);
    relay.attach(socket);
    this.#relays.set(options.id, relay);
    for (const key of addressesOf(options)) this.#byAddress.set(key, relay);
    this.#join(relay);
  }

  closeRelay(id: number): void {
    const relay = this.#relays.get(id);
    if (!relay) return;
    relay.close();
    this.#relays.delete(id);
    for (const key of addressesOf(relay.options)) this.#byAddress.delete(key);
    this.#leave(relay);
  }

  moveRelay(id: number, client: ClientPath): void {
    const relay = this.#relays.get(id);
    if (!relay) return;
    this.#leave(relay);
    relay.client = client;
    this.#join(relay);
  }

  permit(id: number, address: string, allowed: boolean): void {
    this.#relays.get(id)?.permit(address, allowed);
  }

  bindChannel(id: number, channel: number, peer: TransportAddress | undefined): void {
    this.#relays.get(id)?.bind(channel, peer);
  }

  sendToPeer(id: number, peer: TransportAddress, data: Buffer, dontFragment = false): void {
    this.#relays.get(id)?.sendToPeer(peer, data, dontFragment);
  }

  admit(id: number, peer: TransportAddress): void {
    this.#relays.get(id)?.admit(peer);
  }

  forgetAdmitted(id: number): void {
    this.#relays.get(id)?.forgetAdmitted();
  }

  sendOnChannel(id: number, channel: number, data: Buffer): void {
    this.#relays.get(id)?.sendOnChannel(channel, data);
  }

  counters(id: number): Readonly<RelayCounters> | undefined {
    return this.#relays.get(id)?.counters;
  }

  idleMs(id: number): number | undefined {
    const relay = this.#relays.get(id);
    return relay && Math.round(relay.idleUs() / 1000);
  }

  setTap(tap: PacketTap | undefined): void {
    this.#tap = tap;
  }

  status(): PlaneStatus {
    return STATUS;
  }

  #fromClient({ id: listener, socket, clients }: Listener, bytes: Buffer, from: RemoteInfo): void {
    this.#tap?.packet("in", socket.address, from, bytes);
    if (isChannelData(bytes) ? passChannelData(clients, bytes, from) : passSend(clients, bytes, from)) return;
    const client = { address: from.address, port: from.port };
    this.#up.onPacket({ transport: "udp", listener, client }, bytes);
  }

  #join(relay: Relay): void {
    const { client } = relay;
    if (client.transport === "udp") this.#listeners.get(client.listener)?.clients.add(client.client, relay);
  }

  #leave(relay: Relay): void {
    const { client } = relay;
    if (client.transport === "udp") this.#listeners.get(client.listener)?.clients.remove(client.client, relay);
  }

  /** The plane may have been closed while the socket was being bound. */
  #keep(socket: { close(): void }): void {
    if (!this.#closed) return;
    socket.close();
    throw new Error("the packet plane is closed");
  }

  #close(): void {
    this.#closed = true;
    for (const relay of this.#relays.values()) relay.close();
    for (const { socket } of this.#listeners.values()) socket.close();
    this.#relays.clear();
    this.#byAddress.clear();
  }
}

/** False if no relay is the client's. */
function passChannelData(clients: ClientTable, bytes: Buffer, from: TransportAddress): boolean {
  const packet = decodeChannelData(bytes);
  if (packet instanceof DecodeError) return false;
  const relay = clients.find(from, packet.channel);
  relay?.sendOnChannel(packet.channel, packet.data);
  return relay !== undefined;
}

/** False if somebody has to judge it. */
function passSend(clients: ClientTable, bytes: Buffer, from: TransportAddress): boolean {
  const send = readSendIndication(bytes);
  return send !== undefined && (clients.findFor(from, send.peer)?.sendAdmitted(send) ?? false);
}

function addressesOf({ bound, advertised }: RelayOptions): string[] {
  return [addressKey(bound), addressKey(advertised)];
}
