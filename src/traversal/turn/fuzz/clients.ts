import { Duplex } from "node:stream";
import type { TransportAddress } from "#base";
import type { Client } from "../allocation.ts";
import { familyOf } from "../family.ts";
import type { TurnTransport } from "../status.ts";

/** Two of one address, two of one IPv6 network of 64 bits, and streams of both kinds. */
const PLACES: readonly (readonly [TurnTransport, address: string, port: number])[] = [
  ["udp", "192.0.2.1", 5000],
  ["udp", "192.0.2.1", 5001],
  ["udp", "198.51.100.7", 4000],
  ["udp", "2001:db8:1::1", 5000],
  ["udp", "2001:db8:1::2", 5000],
  ["tcp", "192.0.2.1", 6000],
  ["tls", "198.51.100.7", 6001],
  ["tcp", "2001:db8:2::1", 6000],
];

/** Where a client's messages come from now, and what it has asked and been told. */
export class FuzzClient {
  current: Client;
  /** The newest one first. */
  readonly nonces: string[] = [];
  /** How often each request, by method and transaction, has no answer yet. */
  readonly asked = new Map<string, number>();
  /** Those of them that showed a nonce given to this client. */
  readonly known = new Set<string>();
  /** Its connection has become a data connection of RFC 6062. */
  detached = false;
  readonly #place: (typeof PLACES)[number];
  #connections = 0;

  constructor(place: (typeof PLACES)[number]) {
    this.#place = place;
    this.current = this.#connect();
  }

  get isStream(): boolean {
    return this.#place[0] !== "udp";
  }

  /** The same client by a connection of its own, which knows nothing of the one before. */
  reconnect(): void {
    this.current = this.#connect();
    this.nonces.length = 0;
    this.asked.clear();
    this.known.clear();
    this.detached = false;
  }

  #connect(): Client {
    const [transport, address, port] = this.#place;
    const where: TransportAddress = { address, port };
    const common = { transport, address: where, family: familyOf(address) };
    const key = `${transport} ${this.#connections++} ${address} ${port}`;
    if (transport === "udp") return { ...common, key, path: { transport, listener: 0, client: where } };
    const detach = () => {
      this.detached = true;
      return { socket: new Duplex(), head: Buffer.alloc(0) };
    };
    return { ...common, key, path: { transport: "tcp", writer: { write: () => true } }, stream: { detach } };
  }
}

export function fuzzClients(): FuzzClient[] {
  return PLACES.map((place) => new FuzzClient(place));
}
