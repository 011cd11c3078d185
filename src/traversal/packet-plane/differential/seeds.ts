import { type Kind, STEP, stepBytes } from "./steps.ts";

/** Who a step names by their number: UDP clients 0-4, stream clients 5 and 6. */
const [C0, C1, C2, C6, CG, S0] = [0, 1, 2, 3, 4, 5];
/** Of the places of IPv4: four peers, then the bound and advertised address of each relay. */
const [P0, P1, P2, PG, R1_BOUND, R1_ADVERTISED, R0_ADVERTISED] = [0, 1, 2, 3, 6, 7, 5];
/** Of all places, as clients name them: six peers, then the relays. */
const ANY_R1_BOUND = 8;
/** The first flavours of client-packets.ts. */
const SEND = 8;
const FLAVOURS = 23;

const step = stepBytes;

const toRelay1 = client(C0, SEND, ANY_R1_BOUND, 500, 5);

/** What runs of mutations begin with. */
export function planesSeeds(): ReadonlyMap<string, Buffer> {
  const seeds: Record<string, Buffer[]> = {
    channels: [...relay(0, C0), ...traffic(0)],
    streams: [...relay(0, S0), ...fromPeers(0), step("channel", 0, 0, 0, 700), step("stall", 0, 0), ...fromPeers(0)],
    hairpin: [...pair(C0, C1), ...clientBurst(C0, 1000, 12), ...clientBurst(C1, 300, 20)],
    "hairpin-by-indication": [
      ...[...pair(C0, C1), step("unbind", 0, 0), step("permit", 0, 0, R1_BOUND, 0, 1), step("admit", 0, 0, R1_BOUND)],
      ...[toRelay1, step("close", 1), toRelay1, step("admit", 0, 0, R1_BOUND), toRelay1, step("open", 1, C1), toRelay1],
    ],
    "hairpin-to-a-stream": [...pair(C0, S0), ...clientBurst(C0, 1000, 12), step("channel", 1, 1, 0, 300)],
    "hairpin-to-itself": [...relay(0, C0), step("permit", 0, 0, R0_ADVERTISED, 0, 1), ...itself()],
    moves: [
      ...relay(0, C0),
      ...traffic(0),
      step("move", 0, C1),
      ...clientBurst(C1, 200, 3),
      ...clientBurst(C0, 200, 3),
    ],
    "moves-to-a-stream": [...relay(0, C0), step("move", 0, S0), ...fromPeers(0), step("channel", 0, 0, 0, 90)],
    dual: [
      ...relay(0, C0),
      ...relay(4, C0, 1),
      ...clientBurst(C0, 800, 6, 1),
      ...clientBurst(C0, 800, 6),
      step("close", 0),
    ],
    "runs-in": [...relay(0, CG), ...clientBurst(CG, 1000, 20), peer(0, PG, 1000, 20), peer(0, PG, 900, 116)],
    "runs-hairpin": [...pair(CG, C1), ...clientBurst(CG, 1000, 20), ...clientBurst(CG, 100, 20)],
    "runs-refused": [step("open", 0, C0), peer(0, PG, 500, 20), ...clientBurst(CG, 700, 20)],
    "runs-to-streams": [...relay(0, S0), peer(0, PG, 1000, 20), peer(0, PG, 999, 212)],
    ipv6: [...relay(4, C6), ...traffic(4, C6)],
    "ipv6-to-an-ipv4-client": [
      ...relay(4, C2),
      ...traffic(4, C2),
      step("reply", 0, C2, 0, 400),
      step("reply", 0, S0, 0, 40),
    ],
    "closed-and-opened-again": [...relay(0, C0), step("close", 0), ...relay(0, C1), ...traffic(0, C1)],
    "no-permission": [...relay(0, C0), step("permit", 0, 0, P0, 0, 0), ...fromPeers(0)],
    admitted: [
      ...relay(0, C0),
      step("admit", 0, 0, P1),
      ...everyFlavour(0),
      step("forget", 0),
      client(C0, SEND, 1, 10, 1),
    ],
    flavours: [...relay(0, C0), ...everyFlavour(0), ...everyFlavour(3)],
    sizes: [
      ...relay(0, C0),
      ...[0, 1, 2, 3, 1472, 1473, 9000].flatMap((size) => [...clientBurst(C0, size, 2), peer(0, P0, size, 2)]),
    ],
  };
  const random = Object.entries(randomSeeds());
  return new Map([...Object.entries(seeds).map(([name, steps]) => [name, Buffer.concat(steps)] as const), ...random]);
}

/** Open, with a permission for each peer, and the first one on a channel. */
function relay(number: number, client: number, channel = 0): Buffer[] {
  const permissions = [P0, P1, P2].map((place) => step("permit", number, 0, place, 0, 1));
  return [step("open", number, client), ...permissions, step("bind", number, channel, P0)];
}

/** Two relays that know each other: one by the bound address, one by the advertised one. */
function pair(one: number, other: number): Buffer[] {
  return [
    ...[step("open", 0, one), step("open", 1, other), step("permit", 0, 0, R1_ADVERTISED, 0, 1)],
    ...[step("permit", 1, 0, R0_ADVERTISED, 0, 1), step("bind", 0, 0, R1_BOUND), step("bind", 1, 1, R0_ADVERTISED)],
  ];
}

function client(who: number, flavour: number, place: number, size: number, count: number, channel = 0): Buffer {
  return step("client", who, channel, place, size, flavour, count);
}

function peer(number: number, who: number, size: number, count: number): Buffer {
  return step("peer", number, 0, who, size, 0, count);
}

/** On a channel: of one size, with a shorter last one, and of sizes that shrink. */
function clientBurst(who: number, size: number, count: number, channel = 0): Buffer[] {
  return [count, 96 + count, 192 + count].map((times) => client(who, 0, 0, size, times, channel));
}

function fromPeers(number: number): Buffer[] {
  return [peer(number, P0, 1000, 12), peer(number, P1, 33, 5), peer(number, P2, 500, 108)];
}

function traffic(number: number, who = C0): Buffer[] {
  return [...clientBurst(who!, 1000, 12), ...fromPeers(number), step("toPeer", number, 0, P1, 40)];
}

function itself(): Buffer[] {
  return [step("unbind", 0, 0), step("bind", 0, 0, R0_ADVERTISED), ...clientBurst(C0!, 100, 4)];
}

function everyFlavour(place: number): Buffer[] {
  return Array.from({ length: FLAVOURS }, (_, i) => client(C0!, i, place, 60 + i * 256, 2));
}

/** Steps by chance, always the same. */
function randomSeeds(): Record<string, Buffer> {
  let state = 1;
  const byte = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 16) & 255;
  };
  const kinds: Kind[] = ["open", "permit", "bind", "admit", "client", "peer"];
  return Object.fromEntries(
    Array.from({ length: 6 }, (_, seed) => {
      const opening = Array.from({ length: 30 }, () => step(kinds[byte() % 4]!, byte(), byte(), byte(), 0, 1));
      const rest = Array.from({ length: 50 }, () => Buffer.from(Array.from({ length: STEP }, byte)));
      return [`random-${seed}`, Buffer.concat([...opening, ...rest])];
    }),
  );
}
