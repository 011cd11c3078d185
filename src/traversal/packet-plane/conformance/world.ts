import assert from "node:assert/strict";
import dgram from "node:dgram";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { Scope, TransportAddress } from "#base";
import { attributes, DecodeError, decodeMessage, MessageClass, Method } from "#stun";
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

type Here = typeof IPV4 | typeof IPV6;

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
  readonly #up: { path: UdpPath; text: string }[] = [];
  readonly up: PlaneListener = { onPacket: (path, bytes) => void this.#up.push({ path, text: String(bytes) }) };
  plane!: PacketPlane;
  listener!: TransportAddress;

  constructor(scope: Scope, here: Here) {
    this.#scope = scope;
    this.here = here;
  }

  static async create(scope: Scope, open: OpenPlane, here: Here): Promise<World> {
    const world = new World(scope, here);
    world.plane = open(scope, world.up);
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

  /** Makes the client known to the plane as it knows it. */
  async pathOf(client: TestSocket): Promise<UdpPath> {
    const text = `from ${client.address.port} ${Math.random()}`;
    client.send(Buffer.from(text), this.listener);
    await this.goesUp(text);
    return this.#up.find((packet) => packet.text === text)!.path;
  }

  goesUp(text: string): Promise<void> {
    return until(() => this.#up.some((packet) => packet.text === text));
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

  /** A stream client that keeps what it is sent. */
  stream() {
    const frames: Buffer[] = [];
    return {
      frames,
      path: {
        transport: "tcp",
        writer: { write: (frame: Uint8Array) => frames.push(Buffer.from(frame)) > 0 },
      } as const,
    };
  }

  counted(id: number, counter: keyof RelayCounters, count: number): Promise<void> {
    return until(() => this.plane.counters(id)?.[counter] === count);
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

export async function until(done: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!done()) {
    assert.ok(Date.now() < deadline, "the effect did not come in time");
    await delay(2);
  }
}

async function bound(here: Here): Promise<dgram.Socket> {
  const socket = dgram.createSocket(here === IPV6 ? "udp6" : "udp4").bind(0, here);
  await once(socket, "listening");
  return socket;
}

async function freePort(here: Here): Promise<number> {
  const socket = await bound(here);
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  return port;
}
