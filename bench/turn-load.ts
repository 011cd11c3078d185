import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { globSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import type { Scope } from "#base";
import { ACCOUNT, type TurnSide } from "./turn-sides.ts";

const SOURCES = join(import.meta.dirname, "native");
const FLAGS = ["-std=c++17", "-O2", "-Wall", "-Wextra", "-Wconversion", "-Werror", "-fno-exceptions", "-fno-rtti"];

/** What all flows do together. */
export interface Load {
  /** Of each flow. */
  readonly burstsPerSecond: number;
  /** Packets that are sent at once. */
  readonly burst: number;
  /** Bytes of payload. */
  readonly size: number;
  readonly ms: number;
  /**
   * Packets of one flow that leave one end in one look at the clock are handed to the system as one (UDP_SEGMENT), up
   * to so many; else each by itself.
   */
  readonly run?: number;
}

/**
 * How the generator's sockets take packets. "runs": what came as one as one (UDP_GRO), so that the server does not pay
 * for the cutting, which on loopback is done in its time; "packets": each by itself.
 */
export type Receivers = "runs" | "packets";

/** What came of it. A packet goes through the server to the far end (`far`) and, echoed, back to the near one (`near`). */
export interface Played {
  readonly seconds: number;
  /** CPU seconds of the generator itself: near `seconds`, it is the limit. */
  readonly ownCpu: number;
  /** What the clock asked for, and what the generator managed. */
  readonly planned: number;
  readonly sent: number;
  readonly far: number;
  readonly echoed: number;
  readonly near: number;
  readonly outOfOrder: number;
  /** Lost at the generator's own sockets: among the lost ones, and not the server's fault. */
  readonly ownDrops: number;
  /** Of round trips: twice through the server. */
  readonly p50Us: number;
  readonly p99Us: number;
}

export interface Cycled {
  readonly seconds: number;
  readonly ownCpu: number;
  readonly cycles: number;
  readonly failed: number;
  /** The last failure's STUN code, or -1 for no answer. */
  readonly error: number;
  readonly retransmissions: number;
  readonly p50Us: number;
  readonly p99Us: number;
}

/** The native sender: real TURN clients and their peers, in a process of their own. */
export interface Generator {
  flows(kind: "direct" | "hairpin", count: number): Promise<void>;
  play(load: Load): Promise<Played>;
  /** New clients allocate and release, so many at a time. */
  cycle(window: number, ms: number): Promise<Cycled>;
  /** More clients with an allocation and a channel each, kept until the end. */
  hold(count: number, window: number): Promise<{ readonly held: number; readonly failed: number }>;
  /** Releases everything. */
  end(): Promise<void>;
}

/** Compiles it, which takes a few seconds; returns the program's file. */
export async function buildGenerator(dir: string): Promise<string> {
  const program = join(dir, "turn-load");
  const sources = globSync("*.cc", { cwd: SOURCES }).sort();
  await promisify(execFile)("g++", [...FLAGS, "-o", program, ...sources, "-ldl"], { cwd: SOURCES });
  return program;
}

/** Ends with the scope, or by `end`. */
export function startGenerator(
  scope: Scope,
  program: string,
  { address, port }: TurnSide,
  receivers: Receivers,
): Generator {
  const { username, realm, key } = ACCOUNT;
  const args = [address, String(port), username, realm, key, receivers];
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  const exit = once(child, "exit");
  scope.defer(async () => {
    child.kill("SIGKILL");
    await exit;
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async <T>(command: string): Promise<T> => {
    child.stdin.write(`${command}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error(`turn-load has ended: ${await exit}`);
    const answer = JSON.parse(value) as T & { readonly failed?: unknown };
    if (typeof answer.failed === "string") throw new Error(`turn-load: ${answer.failed}`);
    return answer;
  };
  return {
    flows: async (kind, count) => void (await ask(`flows ${kind} ${count}`)),
    play: ({ burstsPerSecond, burst, size, ms, run = 1 }) =>
      ask(`run ${burstsPerSecond} ${burst} ${size} ${ms} ${run}`),
    cycle: (window, ms) => ask(`cycle ${window} ${ms}`),
    hold: (count, window) => ask(`hold ${count} ${window}`),
    end: async () => {
      child.stdin.end();
      await exit;
    },
  };
}
