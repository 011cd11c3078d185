import { type Clock, type Log, type Scope, type TransportAddress, textOf } from "#base";
import { createDtlsContext, type DtlsContext } from "#native";
import { isStun } from "#stun";
import type { EdgeServer, EdgeState } from "../control.ts";
import type {
  MediaTransport,
  TransportCounters,
  TransportEvents,
  TransportHost,
  TransportHostOptions,
} from "./contract.ts";
import type { EdgeLink } from "./edge-link.ts";
import { EdgeLinks } from "./edge-links.ts";
import { answerTo, type IceCredentials, readCheck } from "./ice.ts";
import type { Link } from "./link.ts";
import { Transport, type TransportShell } from "./transport.ts";
import { type Tuple, TupleTable } from "./tuples.ts";
import { openUdpLink } from "./udp-link.ts";

/** How often timeouts are looked for, ms. */
const WATCH_EVERY = 1000;

/**
 * Opens the sockets and relays of a media worker. Rejects with MEDIA_LISTEN_FAILED or NATIVE_ADDON_MISSING; an edge that
 * is not there is tried again and told through `onEdge`.
 */
export async function openTransportHost(
  scope: Scope,
  options: TransportHostOptions,
  clock: Clock,
  log: Log,
): Promise<TransportHost> {
  const host = new Host(scope.child(), createDtlsContext(), options, clock, log);
  await host.open();
  return host;
}

class Host implements TransportHost, TransportShell {
  readonly scope: Scope;
  readonly context: DtlsContext;
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: TransportCounters = { malformed: 0, unauthentic: 0, unknownTuple: 0 };
  readonly #options: TransportHostOptions;
  readonly #edges: EdgeLinks;
  #own: Link | undefined;
  readonly #transports = new Set<Transport>();
  readonly #byUfrag = new Map<string, Transport>();
  readonly #tuples = new TupleTable<Transport>();

  constructor(scope: Scope, context: DtlsContext, options: TransportHostOptions, clock: Clock, log: Log) {
    this.scope = scope;
    this.context = context;
    this.clock = clock;
    this.log = log;
    this.#options = options;
    this.#edges = new EdgeLinks(scope.child(), {
      onPacket: this.#receive,
      onState: (state, link) => this.#edgeChanged(link, state),
      onAdded: (link) => {
        for (const transport of this.#transports) transport.linkAdded(link);
      },
      onLeaving: (link) => this.#leave(link),
      onClosed: (link) => this.#tuples.removeLink(link),
      clock,
      log,
    });
  }

  async open(): Promise<void> {
    this.#own = await openUdpLink(this.scope, this.#options.listen, this.#receive, this.log);
    this.setEdges(this.#options.edges);
    this.scope.every(WATCH_EVERY, () => {
      for (const transport of this.#transports) transport.watch();
    });
    this.scope.defer(() => this.#closeTransports());
  }

  get links(): readonly Link[] {
    return this.#own ? [this.#own, ...this.#edges.links] : this.#edges.links;
  }

  get edges(): readonly EdgeState[] {
    return this.#edges.links.map((edge) => edge.state);
  }

  setEdges(edges: readonly EdgeServer[]): void {
    this.#edges.set(edges);
  }

  edgesSettled(): Promise<void> {
    return this.#edges.settled();
  }

  openTransport(legId: string, via: "edge" | "inside", events: TransportEvents): MediaTransport {
    const transport = new Transport(this, legId, via, events);
    this.#transports.add(transport);
    return transport;
  }

  listen(credentials: IceCredentials, transport: Transport): void {
    this.#byUfrag.set(credentials.ufrag, transport);
  }

  unlisten(credentials: IceCredentials): void {
    this.#byUfrag.delete(credentials.ufrag);
  }

  claim(link: Link, from: TransportAddress, transport: Transport, keep?: ReturnType<TransportShell["claim"]>) {
    return this.#tuples.claim(link, from, transport, this.clock.monotonicUs(), keep);
  }

  forget(transport: Transport): void {
    this.#tuples.removeOwner(transport);
    this.#transports.delete(transport);
  }

  /** Clients hear a good-bye while there are links to carry it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closeTransports();
    await this.scope.close();
  }

  #closeTransports(): void {
    for (const transport of [...this.#transports]) transport.close({ code: "owner-closed", detail: "" });
  }

  /** Nothing that a packet causes may end the worker: it carries the calls of others. */
  readonly #receive = (packet: Buffer, from: TransportAddress, link: Link): void => {
    try {
      this.#dispatch(packet, from, link);
    } catch (thrown) {
      this.log.error("a packet caused a fault", { why: textOf(thrown), stack: (thrown as Error).stack });
    }
  };

  /** RFC 7983 7. */
  #dispatch(packet: Buffer, from: TransportAddress, link: Link): void {
    const first = packet[0] ?? 255;
    if (first < 4) this.#check(packet, from, link);
    else this.#media(first, packet, from, link);
  }

  #media(first: number, packet: Buffer, from: TransportAddress, link: Link): void {
    if (first < 20 || (first > 63 && first < 128) || first > 191) {
      this.counters.malformed++;
      return;
    }
    const tuple = this.#tuples.find(link, from);
    if (!tuple) {
      this.counters.unknownTuple++;
      return;
    }
    const arrivalUs = this.clock.monotonicUs();
    if (receive(tuple, first, packet, arrivalUs)) tuple.heardAtUs = arrivalUs;
  }

  #check(packet: Buffer, from: TransportAddress, link: Link): void {
    const check = isStun(packet) ? readCheck(packet) : undefined;
    if (!check) {
      this.counters.malformed++;
      return;
    }
    const credentials = this.#byUfrag.get(check.ufrag)?.check(check, link, from);
    if (!credentials) {
      this.counters.unauthentic++;
      return;
    }
    link.send(answerTo(check, from, credentials), from);
  }

  #edgeChanged(link: EdgeLink, state: EdgeState): void {
    // A lost relay's address is no more, and so are the paths over it.
    if (state.state !== "allocating") this.#tuples.removeLink(link);
    if (state.state === "ready") this.#leave(link);
    this.#options.onEdge(state);
  }

  /** The paths over a link are no more, or soon will be. */
  #leave(link: EdgeLink): void {
    for (const transport of this.#transports) transport.linkLeft(link);
  }
}

/** True if the packet was authentic. */
function receive(from: Tuple<Transport>, first: number, packet: Buffer, arrivalUs: number): boolean {
  const { owner } = from;
  if (first < 64) return owner.receiveDtls(packet, from, arrivalUs);
  // RFC 5761 4: packet types 192-223 are RTCP.
  const isRtcp = packet.length > 1 && packet[1]! >= 192 && packet[1]! <= 223;
  return isRtcp ? owner.receiveRtcp(packet, from, arrivalUs) : owner.receiveRtp(packet, from, arrivalUs);
}
