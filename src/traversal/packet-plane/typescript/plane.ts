import type { RemoteInfo } from "node:dgram";
import { addressKey, type Scope, type TransportAddress } from "#base";
import { DecodeError, decodeChannelData, isChannelData } from "#stun";
import type { ClientPath, PacketPlane, PlaneListener, RelayCounters, RelayOptions } from "../contract.ts";
import { Relay } from "./relay.ts";
import { bindUdp, type UdpSocket } from "./sockets.ts";

/** All clients share a listener's socket, so a burst of all of them must fit. */
const LISTENER_BUFFER = 4 << 20;
const RELAY_BUFFER = 1 << 20;

interface Listener {
  readonly socket: UdpSocket;
  /** Relays by the address of their client. */
  readonly relays: Map<string, Relay>;
}

/** The packet plane on node:dgram: runs everywhere, and is the measure of any other. */
export class TypescriptPlane implements PacketPlane {
  readonly #up: PlaneListener;
  readonly #listeners = new Map<number, Listener>();
  readonly #relays = new Map<number, Relay>();
  /** Relays by bound and by advertised address. */
  readonly #byAddress = new Map<string, Relay>();
  #nextListener = 0;
  #closed = false;

  constructor(scope: Scope, listener: PlaneListener) {
    this.#up = listener;
    scope.defer(() => this.#close());
  }

  async listen(where: TransportAddress) {
    const relays = new Map<string, Relay>();
    const listener = this.#nextListener++;
    const socket = await bindUdp(where, LISTENER_BUFFER, (bytes, from) =>
      this.#fromClient(listener, relays, bytes, from),
    );
    this.#keep(socket);
    this.#listeners.set(listener, { socket, relays });
    return { listener, address: socket.address };
  }

  reply(client: ClientPath, message: Buffer): void {
    if (client.transport === "tcp") client.writer.write(message);
    else this.#listeners.get(client.listener)?.socket.send(message, client.client);
  }

  async openRelay(options: RelayOptions): Promise<void> {
    const relay = new Relay(options, {
      relayAt: (key) => this.#byAddress.get(key),
      listenerOf: (id) => this.#listeners.get(id)?.socket,
    });
    const socket = await bindUdp(options.bound, RELAY_BUFFER, (bytes, from) => relay.receive(bytes, from));
    this.#keep(socket);
    relay.attach(socket);
    this.#relays.set(options.id, relay);
    for (const key of addressesOf(options)) this.#byAddress.set(key, relay);
    this.#clientsOf(options)?.set(clientKey(options), relay);
  }

  closeRelay(id: number): void {
    const relay = this.#relays.get(id);
    if (!relay) return;
    relay.close();
    this.#relays.delete(id);
    for (const key of addressesOf(relay.options)) this.#byAddress.delete(key);
    this.#clientsOf(relay.options)?.delete(clientKey(relay.options));
  }

  permit(id: number, address: string, allowed: boolean): void {
    this.#relays.get(id)?.permit(address, allowed);
  }

  bindChannel(id: number, channel: number, peer: TransportAddress | undefined): void {
    this.#relays.get(id)?.bind(channel, peer);
  }

  sendToPeer(id: number, peer: TransportAddress, data: Buffer): void {
    this.#relays.get(id)?.sendToPeer(peer, data);
  }

  sendOnChannel(id: number, channel: number, data: Buffer): void {
    this.#relays.get(id)?.sendOnChannel(channel, data);
  }

  counters(id: number): Readonly<RelayCounters> | undefined {
    return this.#relays.get(id)?.counters;
  }

  #fromClient(listener: number, relays: Map<string, Relay>, bytes: Buffer, from: RemoteInfo): void {
    const relay = isChannelData(bytes) ? relays.get(addressKey(from)) : undefined;
    const packet = relay && decodeChannelData(bytes);
    if (packet && !(packet instanceof DecodeError)) {
      relay.sendOnChannel(packet.channel, packet.data);
      return;
    }
    const client = { address: from.address, port: from.port };
    this.#up.onPacket({ transport: "udp", listener, client }, bytes);
  }

  #clientsOf({ client }: RelayOptions): Map<string, Relay> | undefined {
    return client.transport === "udp" ? this.#listeners.get(client.listener)?.relays : undefined;
  }

  /** The plane may have been closed while the socket was being bound. */
  #keep(socket: UdpSocket): void {
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

function addressesOf({ bound, advertised }: RelayOptions): string[] {
  return [addressKey(bound), addressKey(advertised)];
}

function clientKey({ client }: RelayOptions): string {
  return client.transport === "udp" ? addressKey(client.client) : "";
}
