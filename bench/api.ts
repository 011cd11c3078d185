import { parseArgs } from "node:util";
import { Scope } from "#base";
import { startTestPostgres } from "../src/meeting/storage/testing/postgres.ts";
import { type ApiClient, type ApiServer, type Space, startApiServer } from "./api-server.ts";
import { type Burst, burst, closedLoop, type Load, median, postAsGuest } from "./load.ts";

const PAGE = 20;
const WARM_UP = 40;
const BURST = { guests: 200, overMs: 10_000 };

interface Size {
  readonly spaces: number;
  /** For each operation, concurrency and round. */
  readonly requests: number;
  readonly rounds: number;
}

/** One request with random values, of which the server has not just been asked. */
type Operation = (client: ApiClient, spaces: readonly Space[], random: () => number) => Promise<unknown>;

const pick = (spaces: readonly Space[], random: () => number) => Math.floor(random() * spaces.length);
const text = encodeURIComponent;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  list: (client, spaces, random) =>
    client.send("GET", `coSpaces?limit=${PAGE}&offset=${Math.max(0, pick(spaces, random) - PAGE)}`),
  filter: (client, spaces, random) =>
    client.send("GET", `coSpaces?limit=${PAGE}&filter=${text(`number ${pick(spaces, random)}`)}`),
  create: (client, _spaces, random) => {
    const name = `made.${Math.floor(random() * 1e12)}`;
    return client.send("POST", "coSpaces", `name=${name}&uri=${name}&passcode=4711&requireCallId=true`);
  },
  put: (client, spaces, random) => {
    const number = pick(spaces, random);
    const name = `Space number ${number} of ${Math.floor(random() * 1000)}`;
    return client.send("PUT", `coSpaces/${spaces[number]!.id}`, `name=${text(name)}`);
  },
  accessQuery: (client, spaces, random) =>
    client.send("POST", "accessQuery", `callId=${spaces[pick(spaces, random)]!.callId}`),
};

type Engine = "sqlite" | "postgres";
/** By operation, then by concurrency; one entry for each round. */
type Samples = Map<string, Load[]>;
interface Measured {
  readonly server: ApiServer;
  readonly samples: Samples;
  readonly bursts: Burst[];
}

/**
 * The API of a meeting server with 10,000 spaces, over HTTPS, and a burst of joins at its Web Bridge, on both engines. They
 * take turns in several rounds, so that whatever else the machine does falls on both.
 */
export async function benchApi(): Promise<void> {
  const size = readSize();
  await using scope = new Scope();
  const postgres = await startTestPostgres(scope);
  const place = { where: await postgres.newDatabase(), passwordFile: postgres.passwordFile };
  const engines: Record<Engine, Measured> = {
    sqlite: { server: await startApiServer(scope, {}, size.spaces), samples: new Map(), bursts: [] },
    postgres: { server: await startApiServer(scope, place, size.spaces), samples: new Map(), bursts: [] },
  };
  console.log(`${size.spaces} spaces, ${size.rounds} rounds of ${size.requests} requests each, 2 engines in turns`);
  for (let number = 0; number < size.rounds; number++) {
    const order: Engine[] = number % 2 === 0 ? ["sqlite", "postgres"] : ["postgres", "sqlite"];
    for (const engine of order) await oneRound(scope, number, size.requests, engines[engine]);
    console.log(`round ${number + 1} of ${size.rounds} done`);
  }
  report(engines);
}

function readSize(): Size {
  const number = (value: string) => ({ type: "string", default: value }) as const;
  const options = { spaces: number("10000"), requests: number("300"), rounds: number("3") };
  const { values } = parseArgs({ args: process.argv.slice(3), options });
  return { spaces: Number(values.spaces), requests: Number(values.requests), rounds: Number(values.rounds) };
}

async function oneRound(scope: Scope, round: number, requests: number, { server, samples, bursts }: Measured) {
  // The first round warms up code and caches, both with all there is to do.
  if (round === 0)
    for (const operation of Object.values(OPERATIONS)) await measure(server, operation, WARM_UP, 8, random(99));
  for (const [name, operation] of Object.entries(OPERATIONS))
    for (const concurrency of [1, 8]) {
      const load = await measure(server, operation, requests, concurrency, random(round * 10 + concurrency));
      const key = `${name} ${concurrency}`;
      samples.set(key, [...(samples.get(key) ?? []), load]);
    }
  bursts.push(await joinBurst(scope, server, server.spaces[round % server.spaces.length]!));
}

async function measure(server: ApiServer, operation: Operation, requests: number, concurrency: number, dice: Dice) {
  await using client = server.client(concurrency);
  // Each connection has its TLS handshake behind it.
  await Promise.all(Array.from({ length: concurrency }, () => client.send("GET", "system/status")));
  return await closedLoop(requests, concurrency, () => operation(client, server.spaces, dice));
}

/** Guests inside, each from an address of its own, with the Meeting ID and the passcode. */
function joinBurst(scope: Scope, server: ApiServer, { callId, passcode }: Space): Promise<Burst> {
  const { webBridge: origin, authority } = server;
  return burst(scope, BURST.guests, BURST.overMs, async (number) => {
    const from = `127.0.1.${number + 1}`;
    const body = { callId, passcode, name: `Guest ${number}` };
    const answer = await postAsGuest({ origin, path: "/api/join", body, authority, from });
    const { result } = answer as { readonly result?: string };
    if (result !== "admitted") throw new Error(`the answer is ${JSON.stringify(answer)}`);
  });
}

type Dice = () => number;

/** The same numbers for both engines: mulberry32. */
function random(seed: number): Dice {
  let state = seed + Math.floor(Date.now() / 86_400_000);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

interface Row extends Load {
  /** With eight requests at a time. */
  readonly at8: Load;
}

function report({ sqlite, postgres }: Readonly<Record<Engine, Measured>>): void {
  const rows = { sqlite: rowsOf(sqlite.samples), postgres: rowsOf(postgres.samples) };
  printTable(rows);
  const ratios = Object.keys(OPERATIONS).map((name) => [name, ratio(rows.postgres[name]!.p50, rows.sqlite[name]!.p50)]);
  const bursts = { ...burstOf(sqlite.bursts), postgres: burstOf(postgres.bursts) };
  console.log(JSON.stringify({ bench: "api", ...rows, p50Ratio: Object.fromEntries(ratios), joinBurst: bursts }));
}

function rowsOf(samples: Samples): Record<string, Row> {
  const at = (name: string, concurrency: number) => medians(samples.get(`${name} ${concurrency}`)!);
  return Object.fromEntries(Object.keys(OPERATIONS).map((name) => [name, { ...at(name, 1), at8: at(name, 8) }]));
}

function medians(loads: readonly Load[]): Load {
  const of = (key: keyof Load) => median(loads.map((load) => load[key]));
  return { p50: of("p50"), p99: of("p99"), rps: of("rps") };
}

/** Failures are added up: none may hide behind a median. */
function burstOf(bursts: readonly Burst[]): Burst {
  return {
    p50: median(bursts.map(({ p50 }) => p50)),
    p99: median(bursts.map(({ p99 }) => p99)),
    failed: bursts.reduce((sum, { failed }) => sum + failed, 0),
  };
}

const ratio = (a: number, b: number) => Math.round((a / b) * 100) / 100;

function printTable(rows: Readonly<Record<Engine, Readonly<Record<string, Row>>>>): void {
  const cell = (value: number | string) => String(value).padStart(9);
  const head = ["p50 ms", "p99 ms", "req/s", "8: p50", "8: p99", "8: req/s"];
  console.log(`${"".padEnd(22)}${head.map(cell).join("")}`);
  for (const name of Object.keys(OPERATIONS))
    for (const engine of ["sqlite", "postgres"] as const) {
      const { p50, p99, rps, at8 } = rows[engine][name]!;
      const cells = [p50, p99, rps, at8.p50, at8.p99, at8.rps].map(cell).join("");
      console.log(`${`${name} ${engine}`.padEnd(22)}${cells}`);
    }
}
