import { median } from "./load.ts";
import type { Played } from "./turn-load.ts";
import type { Who } from "./turn-sides.ts";

/** Of the last line's JSON, in its order. */
export const KEYS = ["direct", "hairpin", "bursts", "audio", "allocate", "memory", "peak"] as const;
export type Key = (typeof KEYS)[number];

const TARGETS: Readonly<Record<Key, { readonly atMost: number } | { readonly atLeast: number }>> = {
  direct: { atMost: 0.5 },
  hairpin: { atMost: 0.25 },
  bursts: { atMost: 0.35 },
  audio: { atMost: 0.7 },
  allocate: { atLeast: 2 },
  memory: { atMost: 0.5 },
  peak: { atLeast: 2 },
};

/** What counts as loss-free. */
export const LOSS_FREE = 0.001;
/** Of what the clock asked for; below, the generator was the limit. */
const MANAGED = 0.98;

interface Row {
  readonly title: string;
  readonly unit: string;
  /** Only rows with a key go into the JSON. Of several, those that count, by their median. */
  readonly key?: Key | undefined;
  /** Rows that come with loss are told, but do not count. */
  readonly lossFreeOnly?: boolean;
}

/** Packets that came out of the server. */
export function relayed({ far, near }: Played): number {
  return far + near;
}

/** Of what went into the server, the part that did not come out. */
export function lossOf({ sent, far, echoed, near }: Played): number {
  return sent + echoed === 0 ? 0 : (sent - far + echoed - near) / (sent + echoed);
}

export function managed({ planned, sent }: Played): boolean {
  return sent >= planned * MANAGED;
}

/** What was measured, by row and side, one value for each round. */
export class Figures {
  readonly #rows = new Map<string, Row>();
  readonly #values = new Map<string, number[]>();
  readonly #notes: string[] = [];

  note(text: string): void {
    if (!this.#notes.includes(text)) this.#notes.push(text);
    console.log(text);
  }

  add(id: string, row: Row, who: Who, value: number): void {
    this.#rows.set(id, row);
    const key = `${id} ${who}`;
    this.#values.set(key, [...(this.#values.get(key) ?? []), value]);
  }

  /** A load that was played, and the CPU seconds of the server meanwhile. */
  played(id: string, title: string, key: Key | undefined, who: Who, played: Played, cpu: number): void {
    const loss = lossOf(played);
    const cost = (cpu / relayed(played)) * 1e6;
    this.add(id, { title, unit: "µs of CPU a packet", key, lossFreeOnly: true }, who, cost);
    this.add(`${id} loss`, { title: "  lost", unit: "%" }, who, loss * 100);
    this.add(`${id} p50`, { title: "  round trip p50", unit: "µs" }, who, played.p50Us);
    this.add(`${id} p99`, { title: "  round trip p99", unit: "µs" }, who, played.p99Us);
    const parts = [
      `${shown(cost)} µs a packet`,
      `${Math.round(relayed(played) / played.seconds)} packets/s relayed`,
      `lost ${shown(loss * 100)} %`,
      `p50 ${shown(played.p50Us)} p99 ${shown(played.p99Us)} µs`,
      `server ${percent(cpu, played.seconds)}, generator ${percent(played.ownCpu, played.seconds)} of a core`,
      ...(played.outOfOrder > 0 ? [`${played.outOfOrder} out of order`] : []),
      ...(played.ownDrops > 0 ? [`${played.ownDrops} lost by the generator`] : []),
      ...(managed(played) ? [] : [`generator sent ${percent(played.sent, played.planned)} of the load`]),
    ];
    console.log(`${title} ${who}: ${parts.join(", ")}`);
  }

  /** The table, and the last line. */
  print(head: readonly string[], more: Readonly<Record<string, unknown>>): void {
    console.log(`\n${[...head, ...this.#notes].join("\n")}\n`);
    console.log(line(["", "ours", "theirs", "ours/theirs"]));
    for (const [id, { title, unit }] of this.#rows) {
      const [ours, theirs] = [this.#median(id, "ours"), this.#median(id, "theirs")];
      const cells = [ours, theirs].map((value) => (value === undefined ? "" : shown(value)));
      const ratio = this.#ratio(id);
      console.log(line([`${title}, ${unit}`, ...cells, ratio === undefined ? "" : ratio.toFixed(2)]));
    }
    const ratios = this.#ratios();
    console.log(`\n${line(["ours/theirs", "measured", "target", ""])}`);
    for (const [key, ratio] of Object.entries(ratios)) console.log(line([key, ...verdict(key as Key, ratio)]));
    console.log(JSON.stringify({ bench: "turn", against: "coturn 4.6.1", ...ratios, ...more }));
  }

  #ratios(): Partial<Record<Key, number>> {
    const ratios: Partial<Record<Key, number>> = {};
    for (const key of KEYS) {
      const rows = [...this.#rows].filter(([id, row]) => row.key === key && (!row.lossFreeOnly || this.#bothCarry(id)));
      const all = rows.map(([id]) => this.#ratio(id)).filter((ratio) => ratio !== undefined);
      if (all.length > 0) ratios[key] = round(median(all.map((ratio) => ratio * 1000)) / 1000);
    }
    return ratios;
  }

  #bothCarry(id: string): boolean {
    return (["ours", "theirs"] as const).every((who) => (this.#median(`${id} loss`, who) ?? 0) <= LOSS_FREE * 100);
  }

  #ratio(id: string): number | undefined {
    const [ours, theirs] = [this.#median(id, "ours"), this.#median(id, "theirs")];
    return ours === undefined || !theirs ? undefined : ours / theirs;
  }

  #median(id: string, who: Who): number | undefined {
    const values = this.#values.get(`${id} ${who}`);
    return values && median(values.map((value) => value * 1000)) / 1000;
  }
}

function verdict(key: Key, ratio: number): string[] {
  const target = TARGETS[key];
  const [sign, bound, met] =
    "atMost" in target
      ? ["<=", target.atMost, ratio <= target.atMost]
      : [">=", target.atLeast, ratio >= target.atLeast];
  return [ratio.toFixed(3), `${sign} ${bound}`, met ? "met" : "MISSED"];
}

function percent(part: number, whole: number): string {
  return `${Math.round((part / whole) * 100)} %`;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

export function shown(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);
}

function line([first, ...rest]: readonly string[]): string {
  return `${first!.padEnd(58)}${rest.map((cell) => cell.padStart(13)).join("")}`;
}
