import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, setPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Scope } from "#base";
import { COTURN } from "./turn-coturn.ts";
import { buildGenerator, type Receivers } from "./turn-load.ts";
import { measureAllocate, measureMemory, measurePeak, measureTraffic } from "./turn-measures.ts";
import { Figures, KEYS, type Key } from "./turn-report.ts";
import { PEAK, SCENARIOS } from "./turn-scenarios.ts";
import { type Plane, startOurs, startTheirs, type TurnSide, type Who } from "./turn-sides.ts";

export interface TurnBench {
  readonly rounds: number;
  /** Of each load in each round. */
  readonly ms: number;
  readonly quick: boolean;
  readonly only: readonly Key[];
  readonly sides: readonly Who[];
  readonly plane: Plane;
  /** Threads that relay, on both sides; 0 is one for each core. */
  readonly threads: number;
  readonly engine: 1 | 2 | 3;
  /** At the peak, packets of a flow that leave the generator as one, at most. */
  readonly run: number;
  /** How the generator takes packets. */
  readonly receivers: Receivers;
  /** `turn.pauseMicroseconds` of ours. */
  readonly pauseMicroseconds: number;
  /** Of servers and generator alike: below 0 (root only), whatever else the machine does falls less on the figures. */
  readonly nice: number;
}

/** Where everything of one run is. */
export interface Ground {
  readonly dir: string;
  readonly generator: string;
  readonly size: TurnBench;
  readonly figures: Figures;
}

/**
 * The edge's TURN worker against Debian's coturn: CPU of the servers' processes for each relayed packet, allocations a
 * second, memory, and the highest rate without loss. The sides take turns.
 */
export async function benchTurn(): Promise<void> {
  const size = readSize();
  if (size.sides.includes("theirs") && !existsSync(COTURN))
    throw new Error("needs a Debian package, as root: apt-get install coturn");
  goFirst(size.nice);
  await using scope = new Scope();
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    scope.on(process, signal, () => void scope.close({ code: "stopped" }).then(() => process.exit(1)));
  const dir = mkdtempSync(join(tmpdir(), "turnpike-bench-"));
  scope.defer(() => rmSync(dir, { recursive: true, force: true }));
  const ground = { dir, generator: await buildGenerator(dir), size, figures: new Figures() };
  let ours: TurnSide | undefined;
  for (const key of KEYS.filter((one) => size.only.includes(one))) {
    const sides = await startSides(scope.child(), ground, key);
    ours = sides.ours ?? ours;
    const scenario = SCENARIOS.find(({ name }) => name === key);
    if (scenario) await measureTraffic(ground, scenario, sides.all);
    else
      await { allocate: measureAllocate, memory: measureMemory, peak: measurePeak }[key as "peak"](ground, sides.all);
    await sides.scope.close();
  }
  ground.figures.print(headOf(size, ours), { plane: ours?.plane, threads: ours?.threads });
}

/** All that is started inherits it. Linux weighs the processes of a terminal together first, where it has groups for them. */
function goFirst(nice: number): void {
  const group = "/proc/self/autogroup";
  setPriority(nice);
  if (nice < 0 && existsSync(group)) writeFileSync(group, String(nice));
}

/** Both afresh: what one scenario leaves behind, the next one does not pay. */
async function startSides(scope: Scope, { dir, size }: Ground, key: Key) {
  const all: TurnSide[] = [];
  const ours = size.sides.includes("ours") ? await startOurs(scope, dir, size) : undefined;
  if (ours) all.push(ours);
  if (size.sides.includes("theirs"))
    all.push(await startTheirs(scope, dir, ours?.threads ?? (size.threads || availableParallelism()), size.engine));
  console.log(`\n${key}: ${all.map(({ who, threads, plane }) => `${who} ${threads} threads ${plane}`).join(", ")}`);
  return { scope, ours, all };
}

function headOf({ rounds, ms, engine, sides, receivers }: TurnBench, ours: TurnSide | undefined): string[] {
  return [
    ...(ours ? [`ours: TURN worker with the ${ours.plane} plane, ${ours.threads} threads that relay`] : []),
    ...(sides.includes("theirs") ? [`theirs: coturn ${coturnVersion()}, as many relay threads, --ne=${engine}`] : []),
    `the sender takes ${receivers}`,
    `medians of ${rounds} rounds of ${ms / 1000} s; CPU is of all threads of the servers, softirqs within them included`,
  ];
}

function coturnVersion(): string {
  return execFileSync(COTURN, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
}

function readSize(): TurnBench {
  const text = (value: string) => ({ type: "string", default: value }) as const;
  const flag = { type: "boolean", default: false } as const;
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: {
      ...{ rounds: text("5"), seconds: text("2"), only: text(KEYS.join()), quick: flag },
      ...{ plane: text("auto"), sides: text("ours,theirs"), engine: text("3"), nice: text("0"), threads: text("0") },
      ...{ pause: text("1000"), receivers: text("runs"), run: text(String(PEAK.run)) },
    },
  });
  const { quick } = values;
  return {
    quick,
    rounds: quick ? 1 : Number(values.rounds),
    ms: quick ? 500 : Number(values.seconds) * 1000,
    only: known("--only", KEYS, values.only),
    sides: known("--sides", ["ours", "theirs"], values.sides),
    plane: known("--plane", ["auto", "native", "typescript"], values.plane)[0]!,
    engine: Number(known("--engine", ["1", "2", "3"], values.engine)[0]) as 1 | 2 | 3,
    receivers: known("--receivers", ["runs", "packets"], values.receivers)[0]!,
    run: Number(values.run),
    nice: Number(values.nice),
    threads: Number(values.threads),
    pauseMicroseconds: Number(values.pause),
  };
}

function known<T extends string>(flag: string, names: readonly T[], given: string): T[] {
  return given.split(",").map((name) => {
    const one = names.find((other) => other === name);
    if (one === undefined) throw new Error(`${flag} knows ${names.join()}, and not ${name}`);
    return one;
  });
}
