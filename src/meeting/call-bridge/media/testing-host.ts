import type { EdgeServer, EdgeState, LegState, LocalTransport } from "./control.ts";
import type { MediaTransport, TransportEvents, TransportHost } from "./transport/contract.ts";

/** A transport without network, for tests of what stands on it: keeps what was sent, and takes packets by hand. */
export class MemoryTransport implements MediaTransport {
  readonly local: LocalTransport;
  readonly events: TransportEvents;
  readonly sent: { readonly rtp: Buffer[]; readonly rtcp: Buffer[]; readonly data: string[] } = {
    rtp: [],
    rtcp: [],
    data: [],
  };
  readonly permitted: string[] = [];
  state: LegState = { state: "new" };
  packetsIn = 0;
  remote: unknown;

  constructor(legId: string, events: TransportEvents) {
    this.events = events;
    const fingerprint = { algorithm: "sha-256", value: "AA" };
    this.local = { iceUfrag: legId, icePwd: "secret", fingerprint, candidates: [] };
  }

  get packetsOut(): number {
    return this.sent.rtp.length;
  }

  setRemote(remote: unknown): void {
    this.remote = remote;
  }

  restartIce(): LocalTransport {
    return { ...this.local, iceUfrag: `${this.local.iceUfrag}2` };
  }

  permit(address: string): void {
    this.permitted.push(address);
  }

  sendRtp(packet: Buffer): void {
    this.sent.rtp.push(Buffer.from(packet));
  }

  sendRtcp(packet: Buffer): void {
    this.sent.rtcp.push(Buffer.from(packet));
  }

  sendData(label: string, data: Uint8Array): void {
    this.sent.data.push(`${label}:${Buffer.from(data).toString()}`);
  }

  close(reason: { readonly code: string; readonly detail: string }): void {
    this.state = { state: "closed", ...reason };
    this.events.onState(this.state);
  }
}

export class MemoryHost implements TransportHost {
  readonly transports = new Map<string, MemoryTransport>();
  edges: readonly EdgeState[] = [];
  readonly counters = { malformed: 0, unauthentic: 0, unknownTuple: 0 };
  settled: Promise<void> = Promise.resolve();

  openTransport(legId: string, _via: "edge" | "inside", events: TransportEvents): MemoryTransport {
    const transport = new MemoryTransport(legId, events);
    this.transports.set(legId, transport);
    return transport;
  }

  setEdges(edges: readonly EdgeServer[]): void {
    this.edges = edges.map(({ id, serverAddress }) => ({ id, serverAddress, state: "allocating" }));
  }

  edgesSettled(): Promise<void> {
    return this.settled;
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
