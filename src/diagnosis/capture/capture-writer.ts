import { networkInterfaces } from "node:os";
import type { Clock, Scope, TransportAddress } from "#base";
import type { CaptureCounts, CaptureOptions, ConnectionRecorder, Direction, Ends } from "./contract.ts";
import { FilterMatch } from "./filter.ts";
import { tcpPacket, udpPacket } from "./ip-packet.ts";
import { interfaceDescription, journalBlock, packetBlock, sectionHeader, statisticsBlock } from "./pcapng.ts";
import { PlainHttpMask } from "./plain-http.ts";
import { RingFiles } from "./ring-files.ts";
import { TcpFlow } from "./tcp-flow.ts";

const APPLICATION = "Turnpike diagnostic logging";
const FLAGS = { in: 1, out: 2, inside: 0 } as const;
/** Which network has which address may change. */
const LEARN_NETWORKS_EVERY_MS = 30_000;
const IN_MEMORY = "memory";

interface Counts {
  id: number;
  packets: number;
  dropped: number;
}

/**
 * Writes packets of our own sockets into pcapng files, without any right that the sockets did not have: headers are made
 * anew from what the socket knows. One interface for each network that packets came by, one for hairpin packets.
 */
export class CaptureWriter {
  readonly #options: CaptureOptions;
  readonly #match: FilterMatch;
  readonly #ring: RingFiles;
  readonly #nowUs: () => number;
  /** Interfaces of the present file. */
  readonly #interfaces = new Map<string, Counts>();
  #networks = networkNames();
  #packets = 0;
  #dropped = 0;
  #closed = false;

  constructor(scope: Scope, name: string, options: CaptureOptions, clock: Clock) {
    this.#options = options;
    this.#match = new FilterMatch(options.filter);
    const { folder, limits } = options;
    this.#ring = new RingFiles({ folder, prefix: name, suffix: ".pcapng", limits });
    // Times have microseconds and never go back, even if the clock of the machine is set.
    const startUs = clock.now() * 1000 - clock.monotonicUs();
    this.#nowUs = () => startUs + clock.monotonicUs();
    scope.every(LEARN_NETWORKS_EVERY_MS, () => {
      this.#networks = networkNames();
    });
    scope.defer(() => this.close());
    this.#write(sectionHeader(APPLICATION));
  }

  get failure(): string | undefined {
    return this.#ring.failure;
  }

  get counts(): CaptureCounts {
    return { packets: this.#packets, dropped: this.#dropped, bytes: this.#ring.bytes };
  }

  /** One UDP packet; its bytes are copied. */
  packet(
    direction: "in" | "out" | "inside",
    local: TransportAddress,
    remote: TransportAddress,
    payload: Uint8Array | readonly Uint8Array[],
  ): void {
    if (this.#closed || !this.#match.wantsBetween(local, remote)) return;
    const packet = direction === "in" ? udpPacket(remote, local, payload) : udpPacket(local, remote, payload);
    this.#put(direction, local, packet);
  }

  /** Undefined if it is not wanted. `opener` is the side that dialled. */
  connection(ends: Ends, opener: Direction): ConnectionRecorder | undefined {
    if (this.#closed || !this.#match.wants(ends)) return undefined;
    const { local, remote } = ends;
    const flow = new TcpFlow(opener, (direction, segment, payload) => {
      if (this.#closed) return;
      const [from, to] = direction === "in" ? [remote, local] : [local, remote];
      this.#put(direction, local, tcpPacket(from, to, segment, payload));
    });
    const masks = { in: new PlainHttpMask(), out: new PlainHttpMask() };
    return {
      data: (direction, bytes) => {
        if (!this.#closed) flow.data(direction, masks[direction].apply(bytes));
      },
      end: (direction) => flow.end(direction),
      closed: (how) => flow.closed(how),
    };
  }

  wants(ends: Ends): boolean {
    return this.#match.wants(ends);
  }

  note(text: string): void {
    if (!this.#closed) this.#write(journalBlock(this.#nowUs(), text));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const { id, packets, dropped } of this.#interfaces.values())
      this.#ring.write(statisticsBlock(id, this.#nowUs(), packets, dropped));
    await this.#ring.close();
  }

  #put(direction: "in" | "out" | "inside", local: TransportAddress, packet: Buffer): void {
    const network = direction === "inside" ? IN_MEMORY : this.#networkOf(local.address);
    const { snaplen } = this.#options;
    // The file may be a new one, with no interfaces yet.
    this.#makeRoom(Math.min(packet.length, snaplen));
    const counts = this.#interfaceOf(network);
    const at = { interfaceId: counts.id, atUs: this.#nowUs(), flags: FLAGS[direction], snaplen };
    this.#packets++;
    counts.packets++;
    if (this.#ring.write(packetBlock(at, packet))) return;
    this.#dropped++;
    counts.dropped++;
  }

  #write(block: Buffer): void {
    this.#makeRoom(block.length);
    this.#ring.write(block);
  }

  #makeRoom(length: number): void {
    if (!this.#ring.isFull(length + MOST_FRAMING)) return;
    this.#ring.nextFile();
    this.#interfaces.clear();
    this.#ring.write(sectionHeader(APPLICATION));
  }

  #interfaceOf(network: string): Counts {
    const known = this.#interfaces.get(network);
    if (known) return known;
    const counts = { id: this.#interfaces.size, packets: 0, dropped: 0 };
    this.#interfaces.set(network, counts);
    const what = network === IN_MEMORY ? "from relay to relay, never on a network" : "sockets of Turnpike";
    this.#ring.write(interfaceDescription(network, what, this.#options.snaplen));
    return counts;
  }

  #networkOf(address: string): string {
    return this.#networks.get(address.replace(/^::ffff:(?=\d+\.)/i, "").split("%")[0]!) ?? "any";
  }
}

/** What a block needs around a packet, and a description of its interface. */
const MOST_FRAMING = 256;

function networkNames(): Map<string, string> {
  const named = Object.entries(networkInterfaces());
  return new Map(named.flatMap(([name, list = []]) => list.map(({ address }) => [address, name] as const)));
}
