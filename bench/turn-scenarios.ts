import type { Load } from "./turn-load.ts";

/** Loads of one set of flows; each is measured by itself. */
export interface Scenario {
  readonly name: "direct" | "hairpin" | "bursts" | "audio";
  /** To a plain peer that echoes, or to another allocation of the same server whose client echoes. */
  readonly kind: "direct" | "hairpin";
  readonly flows: number;
  readonly steps: readonly (Omit<Load, "ms"> & { readonly title: string })[];
}

const FLOWS = 20;
const SIZE = 1000;
/** Packets of a second of each flow, until no server can any more. */
const RATES = [50, 200, 500, 1000, 2000, 3000, 4500];
const BURST = { burstsPerSecond: 1000 / 33, burst: 12, size: 1100 };

const rising = RATES.map((rate) => ({ title: `${rate}/s`, burstsPerSecond: rate, burst: 1, size: SIZE }));

export const SCENARIOS: readonly Scenario[] = [
  { name: "direct", kind: "direct", flows: FLOWS, steps: rising },
  { name: "hairpin", kind: "hairpin", flows: FLOWS, steps: rising },
  {
    ...{ name: "bursts", kind: "direct", flows: FLOWS },
    steps: [
      { title: "12 packets every 33 ms", ...BURST },
      { title: "as one (UDP_SEGMENT)", ...BURST, run: 12 },
    ],
  },
  {
    ...{ name: "audio", kind: "direct", flows: 500 },
    steps: [{ title: "50/s", burstsPerSecond: 50, burst: 1, size: 100 }],
  },
];

/** What a network card's driver takes from it in one turn (NAPI_POLL_WEIGHT), for the system to join (GRO). */
const POLLED = 64;

/** The load whose rate is searched for, and what leaves as one if nothing else is asked for: a flow's share of a turn. */
export const PEAK = {
  flows: FLOWS,
  from: 1000,
  load: { burst: 1, size: SIZE },
  run: Math.floor(POLLED / FLOWS),
} as const;
