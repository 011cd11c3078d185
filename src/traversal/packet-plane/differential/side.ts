import { setTimeout as delay } from "node:timers/promises";
import type { Scope, TransportAddress } from "#base";
import {
  type ClientPath,
  noTraffic,
  type OpenPlane,
  type PacketPlane,
  type RelayCounters,
  type UdpPath,
} from "../contract.ts";
import { callPlane } from "./call-plane.ts";
import { clientPacket } from "./client-packets.ts";
import { digest, Endpoint, Record } from "./endpoints.ts";
import { FedEndpoint } from "./fed-endpoint.ts";
import { type Action, type ClientAction, isIpv6, PEERS, RELAYS, STREAM_CLIENTS, UDP_CLIENTS } from "./steps.ts";

/** What a quiet machine needs some milliseconds for. */
const PATIENCE_MS = 10_000;
/** Where no other program has its sockets. */
const BOUND = "127.0.3.1";
/** Of no protocol, so that no plane has a rule for it. */
const MARKER = "\xfe marker ";

interface Slot {
  readonly bound: TransportAddress;
  readonly advertised: TransportAddress;
  /** Of the relay that is or was open here last: no owner of a plane uses one twice. */
  id: number;
  /** Holds the relay's place while it is not open: what is sent there is seen, and no ICMP error comes back. */
  grave: Endpoint | undefined;
}

/** One of the two planes, with clients and peers of its own around it. */
export class Side {
  readonly #scope: Scope;
  readonly #record = new Record();
  readonly #endpoints = new Map<string, Endpoint | FedEndpoint>();
  readonly #slots: Slot[] = [];
  readonly #paths = new Map<string, ClientPath>();
  readonly #places = new Map<string, TransportAddress>();
  readonly #stalled = new Set<string>();
  readonly #markers = new Set<string>();
  /** What clients have sent in this step, in words: the addresses in it differ from plane to plane. */
  readonly #packets = new Map<string, string>();
  readonly #listeners: TransportAddress[] = [];
  readonly #feed: OpenPlane;
  #plane!: PacketPlane;
  #nextId = 1;
  #sent = 0;
  /** What closed relays have sent out. */
  #before = 0;

  private constructor(scope: Scope, feed: OpenPlane) {
    this.#scope = scope;
    this.#feed = feed;
  }

  /** `feed` is the plane through which bursts become runs. */
  static async create(scope: Scope, open: OpenPlane, feed: OpenPlane): Promise<Side> {
    const side = new Side(scope, feed);
    side.#plane = open(scope, { onPacket: (path, bytes) => side.#onPacket(path, bytes) });
    for (const address of ["127.0.0.1", "::1"])
      side.#listeners.push((await side.#plane.listen({ address, port: 0 })).address);
    for (const [i, address] of side.#listeners.entries()) side.#record.name(address, `listener ${i}`);
    for (const name of PEERS) await side.#peer(name);
    for (let i = 0; i < RELAYS; i++) await side.#slot(i);
    for (const name of STREAM_CLIENTS) side.#stream(name);
    for (const name of UDP_CLIENTS) await side.#client(name);
    side.#record.take();
    return side;
  }

  /** Until nothing moves any more; then what has happened, line by line. */
  async act(action: Action, step: number): Promise<string[]> {
    const arrives = await this.#do(action, step);
    await arrives();
    await this.#until("what was counted as sent arrives", () => this.#record.arrived >= this.#outputs());
    const lines = this.#record.take();
    for (let i = 0; i < RELAYS; i++) {
      const counters = this.#counters(i);
      if (counters) lines.push(`r${i} ${JSON.stringify(counters)}`);
    }
    return lines;
  }

  /** What the plane did by itself to save system calls. */
  words(): string[] {
    const { runs, merged } = this.#plane.status();
    return [...(runs.sends > 0 ? ["runs sent"] : []), ...(merged.reads > 0 ? ["runs received"] : [])];
  }

  /** Nothing more may come once all has come that was counted. */
  rest(): string[] {
    return this.#record.arrived === this.#outputs() ? this.#record.take() : ["more has arrived than was counted"];
  }

  /** Returns what shows that it has been done. */
  async #do(action: Action, step: number): Promise<() => Promise<void>> {
    const done = async () => {};
    switch (action.do) {
      case "open":
        await this.#open(action.relay, action.client);
        return done;
      case "close":
        await this.#close(action.relay);
        return done;
      case "client":
        return this.#fromClient(action, step);
      case "peer":
        return this.#fromPeer(action.relay, action.peer, action.sizes, step);
      case "stall":
        if (action.stalled) this.#stalled.add(action.client);
        else this.#stalled.delete(action.client);
        return done;
      default:
        if (action.do === "reply" && !this.#stalled.has(action.client)) this.#sent++;
        callPlane(this.#plane, action, {
          id: "relay" in action ? this.#id(action.relay) : 0,
          data: "size" in action ? payload(action.size, step, 0) : Buffer.alloc(0),
          peer: "peer" in action && action.peer ? this.#place(action.peer) : undefined,
          client: "client" in action ? this.#paths.get(action.client) : undefined,
        });
        return done;
    }
  }

  async #open(relay: number, client: string): Promise<void> {
    const slot = this.#slots[relay]!;
    await slot.grave?.close();
    slot.grave = undefined;
    const { bound, advertised } = slot;
    slot.id = this.#nextId++;
    await this.#plane.openRelay({ id: slot.id, client: this.#paths.get(client)!, bound, advertised });
  }

  async #close(relay: number): Promise<void> {
    const slot = this.#slots[relay]!;
    this.#before += outputs(this.#counters(relay) ?? noTraffic());
    this.#plane.closeRelay(slot.id);
    await this.#hold(slot, relay);
  }

  #fromClient(action: ClientAction, step: number): () => Promise<void> {
    const client = this.#endpoints.get(action.client)!;
    const listener = this.#listeners[action.client.includes("6") ? 1 : 0]!;
    const peer = this.#place(action.peer);
    this.#packets.clear();
    for (const [i, size] of action.sizes.entries()) {
      const packet = clientPacket(action, peer, payload(size, step, i));
      this.#packets.set(packet.toString("latin1"), `packet ${i}, ${packet.length} bytes`);
      client.send(packet, listener);
    }
    // By the same way as those before it, and always up.
    return () => this.#markerOf(client, listener, `${MARKER}${step}`);
  }

  async #markerOf(client: Endpoint | FedEndpoint, listener: TransportAddress, marker: string): Promise<void> {
    client.send(Buffer.from(marker, "latin1"), listener);
    await this.#until("a packet that no rule covers goes up", () => this.#markers.has(marker));
  }

  #fromPeer(relay: number, peer: string, sizes: readonly number[], step: number): () => Promise<void> {
    const before = inputs(this.#counters(relay)!);
    for (const [i, size] of sizes.entries())
      this.#endpoints.get(peer)!.send(payload(size, step, i), this.#slots[relay]!.bound);
    const all = () => inputs(this.#counters(relay)!) >= before + sizes.length;
    return () => this.#until("each packet of a peer is counted", all);
  }

  #id(relay: number): number {
    return this.#slots[relay]!.id;
  }

  #counters(relay: number): Readonly<RelayCounters> | undefined {
    return this.#plane.counters(this.#id(relay));
  }

  #outputs(): number {
    let sum = this.#before + this.#sent;
    for (let i = 0; i < RELAYS; i++) sum += outputs(this.#counters(i) ?? noTraffic());
    return sum;
  }

  #onPacket(path: UdpPath, bytes: Buffer): void {
    const text = bytes.toString("latin1");
    const from = this.#record.nameOf(path.client);
    if (text.startsWith(MARKER)) {
      this.#markers.add(text);
      this.#paths.set(from, path);
    } else this.#record.note("up", `from ${from}: ${this.#packets.get(text) ?? `odd ${digest(bytes)}`}`);
  }

  async #peer(name: string): Promise<void> {
    const address = name.includes("6") ? "::1" : name === "p2" ? "127.0.0.2" : "127.0.0.1";
    const endpoint = await this.#endpoint({ address, port: 0 }, name);
    this.#places.set(name, endpoint.address);
  }

  async #slot(i: number): Promise<void> {
    const [bound, advertised] = isIpv6(i) ? ["::1", "::1"] : [BOUND, advertisedAddress(i)];
    const shown = await this.#endpoint({ address: advertised, port: 0 }, `a${i}`);
    const grave = await Endpoint.open({ address: bound, port: 0 }, `r${i}`, this.#record);
    const slot: Slot = { bound: grave.address, advertised: shown.address, id: 0, grave };
    this.#slots.push(slot);
    this.#places.set(`r${i}`, slot.bound).set(`a${i}`, slot.advertised);
    this.#scope.defer(() => slot.grave?.close());
  }

  async #hold(slot: Slot, i: number): Promise<void> {
    slot.grave = await Endpoint.open(slot.bound, `r${i}`, this.#record);
  }

  #stream(name: string): void {
    const write = (frame: Uint8Array) => {
      if (this.#stalled.has(name)) return false;
      this.#record.arrive(name, "the plane", Buffer.from(frame));
      return true;
    };
    this.#paths.set(name, { transport: "tcp", writer: { write } });
  }

  async #client(name: string): Promise<void> {
    const client = await this.#endpoint({ address: name.includes("6") ? "::1" : "127.0.0.1", port: 0 }, name);
    await this.#markerOf(client, this.#listeners[name.includes("6") ? 1 : 0]!, `${MARKER}of ${name}`);
  }

  async #endpoint(where: TransportAddress, name: string): Promise<Endpoint | FedEndpoint> {
    const endpoint = name.endsWith("g")
      ? await FedEndpoint.open(this.#scope, { feed: this.#feed, others: this.#addresses() }, name, this.#record)
      : await this.#plain(where, name);
    this.#endpoints.set(name, endpoint);
    return endpoint;
  }

  async #plain(where: TransportAddress, name: string): Promise<Endpoint> {
    const endpoint = await Endpoint.open(where, name, this.#record);
    this.#scope.defer(() => endpoint.close());
    return endpoint;
  }

  /** Of the plane: listeners, and relays of IPv4. */
  #addresses(): string[] {
    return ["127.0.0.1", BOUND, ...Array.from({ length: RELAYS }, (_, i) => advertisedAddress(i))];
  }

  #place(name: string): TransportAddress {
    return this.#places.get(name)!;
  }

  async #until(effect: string, done: () => boolean): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    for (let i = 0; !done(); i++) {
      if (performance.now() > deadline) {
        this.#record.note("never:", effect);
        return;
      }
      if (i < 20) await new Promise(setImmediate);
      else await delay(1);
    }
  }
}

function advertisedAddress(relay: number): string {
  return `127.0.4.${relay + 1}`;
}

/** Different for each packet, the same for both planes. */
function payload(size: number, step: number, packet: number): Buffer {
  return Buffer.alloc(size, `${step}/${packet} `);
}

/** Packets that left the plane. */
function outputs({ sentPackets, hairpinPackets, receivedPackets }: RelayCounters): number {
  return sentPackets - hairpinPackets + receivedPackets;
}

/** Packets that came to the relay, from peers or from other relays. */
function inputs({ receivedPackets, refusedPackets, droppedPackets }: RelayCounters): number {
  return receivedPackets + refusedPackets + droppedPackets;
}
