import assert from "node:assert/strict";
import dgram from "node:dgram";
import { once } from "node:events";
import type { Scope, TransportAddress } from "#base";
import { attributes, DecodeError, decodeMessage, MessageClass, Method } from "#stun";
import { until } from "#until";
import type {
  ClientPath,
  OpenPlane,
  PacketPlane,
  PlaneListener,
  RelayCounters,
  RelayLimits,
  RelayOptions,
  UdpPath,
} from "../contract.ts";

export const IPV4 = "127.0.0.1";
export const IPV6 = "::1";
/** Documentation addresses: never reached, only shown (RFC 5737, 3849). */
const ADVERTISED = { [IPV4]: "203.0.113.10", [IPV6]: "2001:db8::10" };

/** Bursts must fit while the test is busy, bytes. */
const RECEIVE_BUFFER = 1 << 20;

export type Here = typeof IPV4 | typeof IPV6;

/** What a plane does, as a sentence, and how that is seen. */
export type Checks = Readonly<Record<string, (world: World) => Promise<void>>>;

export interface RelayChoice {
  readonly here?: Here;
  readonly port?: number;
  readonly limits?: RelayLimits;
}

/** A plane with one listener, and sockets around it. */
export class World {
  readonly here: Here;
  readonly #scope: Scope;
  readonly #planeScope: Scope;
  readonly #up: { path: UdpPath; bytes: Buffer }[] = [];
  readonly up: PlaneListener = { onPacket: (path, bytes) => void this.#up.push({ path, bytes }) };
  plane!: PacketPlane;
  listener!: TransportAddress;

  constructor(scope: Scope, here: Here) {
    this.#scope = scope;
    this.#planeScope = scope.child();
    this.here = here;
  }

  static async create(scope: Scope, open: OpenPlane, here: Here): Promise<World> {
    const world = new World(scope, here);
    world.plane = open(world.#planeScope, world.up);
    world.listener = (await world.plane.listen({ address: here, port: 0 })).address;
    return world;
  }

  get advertised(): string {
    return ADVERTISED[this.here];
  }

  async socket(here: Here = this.here): Promise<TestSocket> {
    const socket = await bound(here);
    this.#scope.defer(() => void socket.close());
    return new TestSocket(socket);
  }

  /** The client's path as the plane knows it. What the client sent to `listener` before has been judged by then. */
  async pathOf(client: Pick<TestSocket, "address" | "send">, listener = this.listener): Promise<UdpPath> {
    const hello = Buffer.from(`from ${client.address.port} ${Math.random()}`);
    client.send(hello, listener);
    await this.goesUp(hello);
    return this.#up.find(({ bytes }) => bytes.equals(hello))!.path;
  }

  async goesUp(packet: Buffer): Promise<void> {
    await until(() => this.wentUp(packet));
  }

  wentUp(packet: Buffer): boolean {
    return this.#up.some(({ bytes }) => bytes.equals(packet));
  }

  /** Ends the plane, with whatever it is doing. */
  closePlane(): Promise<void> {
    return this.#planeScope.close();
  }

  async udpRelay(id: number, choice?: RelayChoice): Promise<{ client: TestSocket; relay: RelayOptions }> {
    const client = await this.socket();
    return { client, relay: await this.openRelay(id, await this.pathOf(client), choice) };
  }

  async openRelay(id: number, client: ClientPath, choice: RelayChoice = {}): Promise<RelayOptions> {
    const { here = this.here, limits } = choice;
    const port = choice.port ?? (await freePort(here));
    const relay = {
      id,
      client,
      limits,
      bound: { address: here, port },
      advertised: { address: ADVERTISED[here], port },
    };
    await this.plane.openRelay(relay);
    return relay;
  }

  /** A stream client that takes frames while it has room. A plane may write them a little later than it counts them. */
  stream() {
    const frames: Buffer[] = [];
    const room = { left: Number.POSITIVE_INFINITY };
    const write = (frame: Uint8Array) => room.left-- > 0 && frames.push(Buffer.from(frame)) > 0;
    const next = async () => {
      await until(() => frames.length > 0);
      return frames.shift()!;
    };
    return { room, next, path: { transport: "tcp", writer: { write } } as const };
  }

  async counted(id: number, counter: keyof RelayCounters, count: number): Promise<void> {
    await until(() => this.plane.counters(id)?.[counter] === count);
  }

  /** An address where nobody is. */
  async closedPort(): Promise<TransportAddress> {
    return { address: this.here, port: await freePort(this.here) };
  }
}

export class TestSocket {
  readonly address: TransportAddress;
  readonly #socket: dgram.Socket;
  readonly #received: { bytes: Buffer; from: TransportAddress }[] = [];

  constructor(socket: dgram.Socket) {
    this.#socket = socket;
    const { address, port } = socket.address();
    this.address = { address, port };
    socket.on("message", (bytes, from) => {
      this.#received.push({ bytes, from: { address: from.address, port: from.port } });
    });
  }

  send(bytes: Buffer, to: TransportAddress): void {
    this.#socket.send(bytes, to.port, to.address);
  }

  async next(): Promise<{ bytes: Buffer; text: string; from: TransportAddress }> {
    await until(() => this.#received.length > 0);
    const { bytes, from } = this.#received.shift()!;
    return { bytes, text: String(bytes), from };
  }
}

/** What a Data indication says; fails if it is none. */
export function indicationIn(bytes: Buffer) {
  const message = decodeMessage(bytes);
  assert.ok(!(message instanceof DecodeError));
  assert.deepEqual([message.method, message.class], [Method.data, MessageClass.indication]);
  const data = message.get(attributes.data);
  return {
    peer: message.get(attributes.xorPeerAddress),
    text: data === undefined ? undefined : String(data),
    icmp: message.get(attributes.icmp),
  };
}

async function bound(here: Here): Promise<dgram.Socket> {
  const type = here === IPV6 ? "udp6" : "udp4";
  const socket = dgram.createSocket({ type, recvBufferSize: RECEIVE_BUFFER }).bind(0, here);
  await once(socket, "listening");
  return socket;
}

async function freePort(here: Here): Promise<number> {
  const socket = await bound(here);
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  return port;
}
