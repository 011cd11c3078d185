/** What is done to two planes at once, in names that mean the same on both. */
export type Action =
  | { readonly do: "open" | "move"; readonly relay: number; readonly client: ClientName }
  | { readonly do: "close" | "forget"; readonly relay: number }
  | { readonly do: "permit"; readonly relay: number; readonly peer: string; readonly allowed: boolean }
  | { readonly do: "bind"; readonly relay: number; readonly channel: number; readonly peer: string | undefined }
  | { readonly do: "admit"; readonly relay: number; readonly peer: string }
  | ClientAction
  | { readonly do: "peer"; readonly relay: number; readonly peer: string; readonly sizes: readonly number[] }
  | { readonly do: "channel"; readonly relay: number; readonly channel: number; readonly size: number }
  | ToPeerAction
  | { readonly do: "reply"; readonly client: ClientName; readonly size: number }
  | { readonly do: "stall"; readonly client: ClientName; readonly stalled: boolean };

export interface ClientAction {
  readonly do: "client";
  readonly client: ClientName;
  readonly flavour: number;
  readonly channel: number;
  readonly peer: string;
  readonly sizes: readonly number[];
  /** Where a damaged packet is damaged. */
  readonly damage: number;
}

export interface ToPeerAction {
  readonly do: "toPeer";
  readonly relay: number;
  readonly peer: string;
  readonly size: number;
  readonly dontFragment: boolean;
}

export type ClientName = (typeof UDP_CLIENTS)[number] | (typeof STREAM_CLIENTS)[number];

/** What has a 6 in its name has IPv6; packets of cg and pg come in runs. */
export const UDP_CLIENTS = ["c0", "c1", "c2", "c6", "cg"] as const;
export const STREAM_CLIENTS = ["s0", "s1"] as const;
const CLIENTS: readonly ClientName[] = [...UDP_CLIENTS, ...STREAM_CLIENTS];
/** p2 has an address of its own. */
export const PEERS = ["p0", "p1", "p2", "p6", "q6", "pg"] as const;
/** Relays by their number; the last two have IPv6. */
export const RELAYS = 6;
const IPV6_RELAYS = 4;
const CHANNELS = 6;

/** Bytes of a step: kind, who, what, whom, two of size, flavour, count. */
export const STEP = 8;
/** What a step may put into a socket's buffer at once. */
const MOST_BYTES = 60_000;
const LONGEST = 9000;

/** Some more often than others. */
const KINDS = [
  ...([
    "open",
    "open",
    "close",
    "move",
    "permit",
    "permit",
    "bind",
    "bind",
    "bind",
    "unbind",
    "admit",
    "admit",
  ] as const),
  ...(["forget", "client", "client", "client", "client", "client", "client", "peer", "peer", "peer", "peer"] as const),
  ...(["channel", "toPeer", "reply", "stall"] as const),
];
export type Kind = (typeof KINDS)[number];

export function isIpv6(relay: number): boolean {
  return relay >= IPV6_RELAYS;
}

/** A step for seeds. */
export function stepBytes(kind: Kind, who = 0, what = 0, whom = 0, size = 0, flavour = 0, count = 0): Buffer {
  return Buffer.from([KINDS.indexOf(kind), who, what, whom, size >> 8, size & 255, flavour, count]);
}

/** Any bytes are steps. Those that make no sense now, as the closing of a relay that is not open, are left out. */
export class Script {
  /** Of the relays that are open, by number. */
  readonly #open = new Map<number, { client: ClientName; channels: Map<number, string> }>();

  next(bytes: Buffer): Action | undefined {
    const [kind = 0, who = 0, what = 0, whom = 0, high = 0, low = 0, flavour = 0, count = 0] = bytes;
    const name = KINDS[kind % KINDS.length]!;
    const relay = who % RELAYS;
    const client = CLIENTS[what % CLIENTS.length]!;
    const channel = 0x4000 + (what % CHANNELS);
    const size = ((high << 8) | low) % (LONGEST + 1);
    const sizes = sizesOf(size, count);
    const peer = placesFor(relay)[whom % placesFor(relay).length]!;
    switch (name) {
      case "open":
      case "move":
        return this.#place(name, relay, client);
      case "client":
        return {
          do: name,
          client: CLIENTS[who % UDP_CLIENTS.length]!,
          flavour,
          channel,
          peer: anyPlace(whom),
          sizes,
          damage: high,
        };
      case "reply":
        return { do: name, client, size: Math.min(size, 1200) };
      case "stall":
        return { do: name, client: STREAM_CLIENTS[who % 2]!, stalled: what % 2 === 0 };
      default:
        if (!this.#open.has(relay)) return undefined;
        return this.#ofRelay(name, relay, { channel, size, sizes, peer, flavour, whom });
    }
  }

  #ofRelay(name: Kind, relay: number, of: Operands): Action | undefined {
    const { channel, size, sizes, peer, flavour, whom } = of;
    switch (name) {
      case "close":
        this.#open.delete(relay);
        return { do: name, relay };
      case "permit":
        return { do: name, relay, peer, allowed: flavour % 4 !== 0 };
      case "bind":
        return this.#bind(relay, channel, peer);
      case "unbind":
        this.#open.get(relay)!.channels.delete(channel);
        return { do: "bind", relay, channel, peer: undefined };
      case "admit":
        return { do: name, relay, peer };
      case "channel":
        return { do: name, relay, channel, size };
      case "toPeer":
        return { do: name, relay, peer, size: Math.min(size, 1200), dontFragment: flavour % 2 === 0 };
      case "peer": {
        const peers = PEERS.filter((one) => one.includes("6") === isIpv6(relay));
        return { do: name, relay, peer: peers[whom % peers.length]!, sizes };
      }
      default:
        return { do: "forget", relay };
    }
  }

  /** A client has one relay, or two of different families; moved is only to who has none. */
  #place(name: "open" | "move", relay: number, client: ClientName): Action | undefined {
    const theirs = [...this.#open].filter(([, one]) => one.client === client).map(([number]) => number);
    const known = this.#open.get(relay);
    if (name === "move" ? !known || theirs.length > 0 : known) return undefined;
    if (theirs.some((number) => isIpv6(number) === isIpv6(relay))) return undefined;
    if (known) known.client = client;
    else this.#open.set(relay, { client, channels: new Map() });
    return { do: name, relay, client };
  }

  /** RFC 8656 12.2: one channel for a peer and one peer for a channel; a client has it on one of its relays. */
  #bind(relay: number, channel: number, peer: string): Action | undefined {
    const { client, channels } = this.#open.get(relay)!;
    const others = [...this.#open.values()].filter((one) => one.client === client && one.channels !== channels);
    if (others.some((one) => one.channels.has(channel))) return undefined;
    if ([...channels].some(([number, bound]) => bound === peer && number !== channel)) return undefined;
    if ((channels.get(channel) ?? peer) !== peer) return undefined;
    channels.set(channel, peer);
    return { do: "bind", relay, channel, peer };
  }
}

interface Operands {
  readonly channel: number;
  readonly size: number;
  readonly sizes: readonly number[];
  readonly peer: string;
  readonly flavour: number;
  readonly whom: number;
}

/** A burst of one size, the last packet shorter every second time, or of sizes that grow. */
function sizesOf(size: number, count: number): number[] {
  const most = Math.max(1, Math.min(1 + (count % 24), Math.floor(MOST_BYTES / (size + 1))));
  return Array.from({ length: most }, (_, i) => {
    if (count >= 192) return Math.max(0, size - i);
    return count >= 96 && i === most - 1 ? size >> 1 : size;
  });
}

/** Peers, and the bound and the advertised addresses of relays, of the family of that relay. */
function placesFor(relay: number): string[] {
  return PLACES.filter((name) => (/^[ra]/.test(name) ? isIpv6(Number(name[1])) : name.includes("6")) === isIpv6(relay));
}

const PLACES: readonly string[] = [...PEERS, ...Array.from({ length: RELAYS }, (_, i) => [`r${i}`, `a${i}`]).flat()];

function anyPlace(whom: number): string {
  return PLACES[whom % PLACES.length]!;
}
