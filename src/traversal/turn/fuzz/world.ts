import { canonicalAddress, ManualClock, memoryLog, Scope, type TransportAddress } from "#base";
import { Cluster } from "../cluster.ts";
import { TurnCore } from "../core.ts";
import { type Family, familyOf, IPV4, IPV6 } from "../family.ts";
import type { TurnRole, TurnServerOptions } from "../options.ts";
import { RelayPorts } from "../relay-ports.ts";
import { REALM } from "../test-world.ts";
import { fuzzClients } from "./clients.ts";
import { RecordingPlane } from "./recording-plane.ts";
import { RecordingTcpRelays } from "./recording-tcp.ts";
import type { Known } from "./references.ts";

/** A cluster whose other edge has room when the input says so. */
class OneSibling extends Cluster {
  hasRoom = false;

  override leastLoaded({ family }: { readonly family: Family }): TransportAddress | undefined {
    return this.hasRoom ? { address: family === IPV4 ? "203.0.113.20" : "2001:db8::20", port: 3478 } : undefined;
  }
}

/** Ports in an order of its own, so that an input does the same each time. */
class RepeatableCore extends TurnCore {
  override readonly ports = { [IPV4]: repeatable(this.options), [IPV6]: repeatable(this.options) };
}

function repeatable({ relay: { ports } }: TurnServerOptions): RelayPorts {
  let turn = 0;
  return new RelayPorts(ports.first, ports.last, (below) => {
    turn += 7;
    return turn % below;
  });
}

/** IPv4-compatible and -mapped, NAT64 and 6to4: packets to these come out at the IPv4 address within, if anywhere. */
const OUT_AS_IPV4 = /^(::|64:ff9b::|2002:)/;

/** A server with nothing real around it but its clock, and clients for it. */
export class FuzzWorld {
  readonly scope = new Scope();
  readonly clock = new ManualClock();
  readonly log = memoryLog();
  readonly plane = new RecordingPlane();
  readonly tcpRelays = new RecordingTcpRelays(this.scope, this.clock);
  readonly cluster: OneSibling;
  readonly core: TurnCore;
  readonly clients = fuzzClients();
  readonly tickets: Buffer[] = [];
  readonly tokens: Buffer[] = [];
  readonly connectionIds: number[] = [];
  /** What the steps so far have led to. */
  readonly words = new Set<string>();

  constructor(options: TurnServerOptions) {
    const { scope, clock, log, plane, tcpRelays } = this;
    this.cluster = new OneSibling(scope, options, log, clock);
    this.core = new RepeatableCore(options, {
      plane,
      tcpRelays,
      cluster: this.cluster,
      log,
      clock,
      pause: () => plane.wait(),
    });
  }

  get allocations() {
    return [...this.core.allocations];
  }

  known(client: number): Known {
    const relays = this.allocations.flatMap((allocation) => allocation.relays);
    const others = this.clients.filter((_, i) => i !== client);
    return {
      realm: REALM,
      foreignNonce: others.flatMap(({ nonces }) => nonces.slice(0, 1))[0],
      relayed: relays.map(({ relayed }) => relayed),
      bound: relays.map(({ bound }) => bound),
      tickets: this.tickets,
      tokens: this.tokens,
      connectionIds: this.connectionIds,
    };
  }

  /** Would a packet to that address reach a relay of that role, or nobody? */
  isRelayOf(role: TurnRole, { address, port }: TransportAddress): boolean {
    const plain = OUT_AS_IPV4.test(address) ? canonicalAddress(address) : address;
    const same = (where: TransportAddress) => where.address === plain && where.port === port;
    return this.allocations.some(
      ({ user, relays }) => user.role === role && relays.some(({ bound, relayed }) => same(bound) || same(relayed)),
    );
  }

  relaysOf(family: Family): number {
    return this.allocations.flatMap(({ relays }) => relays).filter(({ bound }) => familyOf(bound.address) === family)
      .length;
  }
}
