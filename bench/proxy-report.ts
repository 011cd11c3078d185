import { median } from "./load.ts";
import type { Echoed } from "./proxy-guests.ts";
import type { Measured } from "./proxy-wrk.ts";

type Who = "ours" | "theirs";

interface Row {
  readonly name: string;
  readonly unit: string;
  /** Of the last line's JSON. */
  readonly key?: "requests" | "download" | "handshakes" | "cpu" | "echoP99" | "memory";
  /** Bound of the ratio ours/theirs. */
  readonly target?: { readonly atLeast: number } | { readonly atMost: number };
}

const ROWS = {
  requests: { name: "GET 1 kB, 32 kept connections", unit: "per s", key: "requests", target: { atLeast: 1 } },
  requestP50: { name: "  p50", unit: "ms" },
  requestP99: { name: "  p99", unit: "ms" },
  cpu: { name: "  CPU of 10,000", unit: "s", key: "cpu", target: { atMost: 1.3 } },
  download: { name: "download of 10 MB, one at a time", unit: "MB/s", key: "download", target: { atLeast: 0.8 } },
  downloadCpu: { name: "  CPU of 1 GB", unit: "s" },
  handshakes: { name: "new TLS connections with a GET", unit: "per s", key: "handshakes", target: { atLeast: 0.7 } },
  handshakeCpu: { name: "  CPU of 10,000", unit: "s" },
  echoP50: { name: "WebSocket echo of 64 bytes, p50", unit: "ms" },
  echoP99: { name: "  p99", unit: "ms", key: "echoP99", target: { atMost: 1 } },
  memory: { name: "memory (Pss) of an idle WebSocket", unit: "kB", key: "memory", target: { atMost: 0.7 } },
} as const satisfies Record<string, Row>;

/** What was measured, by row and side, one value for each round. */
export class Figures {
  readonly #values = new Map<string, number[]>();
  readonly #notes: string[] = [];

  load(part: "requests" | "download" | "handshakes", who: Who, measured: Measured): void {
    const { perSecond, megabytesPerSecond, p50Ms, p99Ms, cpuPer10k, cpuPerGigabyte } = measured;
    const values: Partial<Record<keyof typeof ROWS, number>> = {
      requests: { requests: perSecond, requestP50: p50Ms, requestP99: p99Ms, cpu: cpuPer10k },
      download: { download: megabytesPerSecond, downloadCpu: cpuPerGigabyte },
      handshakes: { handshakes: perSecond, handshakeCpu: cpuPer10k },
    }[part];
    for (const [row, value] of Object.entries(values)) this.#add(row, who, value!);
    const parts = Object.entries(measured.cpuOf).map(([name, seconds]) => `${name} ${shown(seconds)}`);
    console.log(`${part} ${who}: ${Object.values(values).map(shown).join(" ")}; CPU of 10,000: ${parts.join(", ")}`);
  }

  echo(who: Who, { p50Ms, p99Ms }: Echoed): void {
    this.#add("echoP50", who, p50Ms);
    this.#add("echoP99", who, p99Ms);
    console.log(`echo ${who}: ${shown(p50Ms)} ${shown(p99Ms)}`);
  }

  /** Bytes by program, before and after `count` sockets were opened. */
  memory(
    who: Who,
    count: number,
    before: Readonly<Record<string, number>>,
    after: Readonly<Record<string, number>>,
  ): void {
    const each = Object.keys(after).map((name) => [name, (after[name]! - before[name]!) / 1024 / count] as const);
    const all = each.reduce((sum, [, kilobytes]) => sum + kilobytes, 0);
    this.#add("memory", who, all);
    this.#notes.push(
      `memory ${who}, ${count} sockets: ${each.map(([name, kb]) => `${name} ${shown(kb)} kB`).join(", ")}`,
    );
  }

  print(head: readonly string[]): void {
    console.log(`\n${[...head, ...this.#notes].join("\n")}\n`);
    console.log(line(["", "ours", "theirs", "ours/theirs", "target"]));
    const ratios: Record<string, number> = {};
    for (const [id, row] of Object.entries(ROWS) as [string, Row][]) {
      const [ours, theirs] = [this.#median(id, "ours"), this.#median(id, "theirs")];
      if (ours === undefined || theirs === undefined) continue;
      const ratio = Math.round((ours / theirs) * 1000) / 1000;
      if (row.key) ratios[row.key] = ratio;
      console.log(
        line([`${row.name}, ${row.unit}`, shown(ours), shown(theirs), ratio.toFixed(2), verdict(row, ratio)]),
      );
    }
    console.log(JSON.stringify({ bench: "proxy", against: "nginx+ssh+nginx", ...ratios }));
  }

  #add(row: string, who: Who, value: number): void {
    const key = `${row} ${who}`;
    this.#values.set(key, [...(this.#values.get(key) ?? []), value]);
  }

  #median(row: string, who: Who): number | undefined {
    const values = this.#values.get(`${row} ${who}`);
    return values && median(values);
  }
}

function verdict({ target }: Row, ratio: number): string {
  if (!target) return "";
  const [met, sign, bound] =
    "atLeast" in target
      ? [ratio >= target.atLeast, ">=", target.atLeast]
      : [ratio <= target.atMost, "<=", target.atMost];
  return `${sign} ${bound} ${met ? "met" : "MISSED"}`;
}

function shown(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2);
}

function line([first, ...rest]: readonly string[]): string {
  return `${first!.padEnd(44)}${rest.map((cell) => cell.padStart(13)).join("")}`;
}
