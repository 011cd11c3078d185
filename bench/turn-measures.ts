import { Scope } from "#base";
import type { Ground } from "./turn.ts";
import { type Generator, type Load, type Played, startGenerator } from "./turn-load.ts";
import { exactCpuSeconds, residentBytes } from "./turn-processes.ts";
import { LOSS_FREE, lossOf, managed, relayed, shown } from "./turn-report.ts";
import { PEAK, type Scenario } from "./turn-scenarios.ts";
import type { TurnSide } from "./turn-sides.ts";

/** Allocations that are on their way at the same time. */
const WINDOW = 64;
/** Before memory is compared; then so many for each figure. */
const FIRST_HELD = 20;
const HELD = 5000;
/** The rate is found within 4 %. */
const PEAK_PRECISION = 1.04;
const PEAK_GROWTH = 1.5;

/** Each side in each round with a generator of its own; who begins alternates. */
async function inTurns(
  { size, generator }: Ground,
  sides: readonly TurnSide[],
  run: (side: TurnSide, generator: Generator) => Promise<void>,
): Promise<void> {
  for (let round = 0; round < size.rounds; round++)
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      await using scope = new Scope();
      const own = startGenerator(scope, generator, side, size.receivers);
      await run(side, own);
      await own.end();
    }
}

/** CPU seconds of the server while `run` runs. */
async function withCpu<T>(side: TurnSide, run: () => Promise<T>): Promise<readonly [T, number]> {
  const pids = side.pids();
  const before = exactCpuSeconds(pids);
  const result = await run();
  return [result, exactCpuSeconds(pids) - before];
}

export async function measureTraffic(ground: Ground, scenario: Scenario, sides: readonly TurnSide[]): Promise<void> {
  const { name, kind, flows, steps } = scenario;
  const { ms, quick } = ground.size;
  const chosen = quick ? steps.filter((_, at) => at === 0 || at === 3) : steps;
  // Servers run for months; what compiles itself as it runs has to have run.
  for (const side of sides) await warmUp(ground, scenario, side);
  await inTurns(ground, sides, async (side, generator) => {
    await generator.flows(kind, flows);
    for (const { title, ...load } of chosen) {
      const [played, cpu] = await withCpu(side, () => generator.play({ ...load, ms }));
      const key = load.run ? undefined : name;
      ground.figures.played(`${name} ${title}`, `${name}, ${flows} x ${title}`, key, side.who, played, cpu);
    }
  });
}

async function warmUp({ generator, size }: Ground, { kind, flows, steps }: Scenario, side: TurnSide): Promise<void> {
  await using scope = new Scope();
  const own = startGenerator(scope, generator, side, size.receivers);
  await own.flows(kind, flows);
  const { title, ...load } = steps[Math.min(3, steps.length - 1)]!;
  await own.play({ ...load, ms: size.ms });
  await own.end();
}

export async function measureAllocate(ground: Ground, sides: readonly TurnSide[]): Promise<void> {
  const { size, figures } = ground;
  const row = { title: "allocate: Allocate, Allocate signed, Refresh 0", unit: "a second", key: "allocate" } as const;
  const once = async (side: TurnSide, generator: Generator) =>
    await withCpu(side, () => generator.cycle(WINDOW, size.ms));
  if (!size.quick)
    await inTurns(
      { ...ground, size: { ...size, rounds: 1 } },
      sides,
      async (side, own) => void (await once(side, own)),
    );
  await inTurns(ground, sides, async (side, generator) => {
    const [{ cycles, seconds, ownCpu, failed, error, retransmissions, p50Us, p99Us }, cpu] = await once(
      side,
      generator,
    );
    figures.add("allocate", row, side.who, cycles / seconds);
    figures.add("allocate cpu", { title: "  CPU", unit: "µs each" }, side.who, (cpu / cycles) * 1e6);
    figures.add("allocate p50", { title: "  p50 of all three", unit: "ms" }, side.who, p50Us / 1000);
    figures.add("allocate p99", { title: "  p99 of all three", unit: "ms" }, side.who, p99Us / 1000);
    figures.add("allocate failed", { title: "  failed", unit: "" }, side.who, failed);
    console.log(
      `allocate ${side.who}: ${shown(cycles / seconds)} a second, ${shown((cpu / cycles) * 1e6)} µs of CPU each, ` +
        `p50 ${shown(p50Us / 1000)} p99 ${shown(p99Us / 1000)} ms, server ${shown((cpu / seconds) * 100)} %, ` +
        `generator ${shown((ownCpu / seconds) * 100)} % of a core, ${retransmissions} sent again, ${failed} failed` +
        (failed > 0 ? ` (${error})` : ""),
    );
  });
}

/** Once for each side: a server does not forget what it has grown to. */
export async function measureMemory(ground: Ground, sides: readonly TurnSide[]): Promise<void> {
  const { size, figures } = ground;
  const row = { title: `memory of one of ${HELD} allocations (RSS)`, unit: "kB", key: "memory" } as const;
  const settleMs = size.quick ? 1000 : 10_000;
  await inTurns({ ...ground, size: { ...size, rounds: 1 } }, sides, async (side, generator) => {
    await using scope = new Scope();
    await generator.hold(FIRST_HELD, WINDOW);
    await scope.sleep(settleMs);
    const before = residentBytes(side.pids());
    const count = size.quick ? HELD / 10 : HELD;
    const { held, failed } = await generator.hold(count, WINDOW);
    if (failed > 0) throw new Error(`${side.who}: ${failed} of ${count} allocations failed`);
    await scope.sleep(settleMs);
    const after = residentBytes(side.pids());
    const each = (after - before) / count / 1024;
    figures.add("memory", row, side.who, each);
    figures.note(
      `memory ${side.who}: ${megabytes(before)} with ${FIRST_HELD}, ${megabytes(after)} with ${held} allocations`,
    );
  });
}

export async function measurePeak(ground: Ground, sides: readonly TurnSide[]): Promise<void> {
  const row = {
    title: `peak: most without loss, ${PEAK.flows} x ${PEAK.load.size} bytes, sent by ${ground.size.run}`,
    unit: "packets/s",
    key: "peak",
  } as const;
  await inTurns(ground, sides, async (side, generator) => {
    await generator.flows("direct", PEAK.flows);
    const { best, why } = await searchPeak(ground, generator);
    ground.figures.add("peak", row, side.who, best);
    console.log(`peak ${side.who}: ${Math.round(best)} packets/s relayed; above, ${why}`);
  });
}

/** Rises by half until it loses, and halves the rest. */
async function searchPeak({ size }: Ground, generator: Generator): Promise<{ best: number; why: string }> {
  let [good, bad, best, why] = [0, Number.POSITIVE_INFINITY, 0, ""];
  for (let rate: number = PEAK.from; bad / Math.max(good, 1) > PEAK_PRECISION; ) {
    const load = { ...PEAK.load, run: size.run, burstsPerSecond: rate, ms: size.ms / 2 };
    const played = await twice(generator, load);
    if (carried(played)) {
      good = rate;
      best = relayed(played) / played.seconds;
    } else {
      bad = rate;
      why = whyNot(played);
    }
    rate = Number.isFinite(bad) ? Math.sqrt(Math.max(good, bad / 4) * bad) : rate * PEAK_GROWTH;
  }
  return { best, why };
}

/** A second chance: something else on the machine may have been at work. */
async function twice(generator: Generator, load: Load): Promise<Played> {
  const first = await generator.play(load);
  return carried(first) ? first : await generator.play(load);
}

function carried(played: Played): boolean {
  return lossOf(played) <= LOSS_FREE && managed(played);
}

function whyNot(played: Played): string {
  if (!managed(played)) return "the generator does not manage to send it";
  if (lossOf(played) - played.ownDrops / played.sent <= LOSS_FREE) return "the generator does not manage to receive it";
  return `the server loses ${shown(lossOf(played) * 100)} %`;
}

function megabytes(bytes: number): string {
  return `${shown(bytes / 1024 / 1024)} MB`;
}
