import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { basename, join } from "node:path";
import { Scope } from "#base";

/** Ticks of utime and stime in /proc, which Linux shows to programs in hundredths of a second on every machine. */
const TICKS_PER_SECOND = 100;
const READY_WITHIN_MS = 15_000;

export interface Process {
  readonly pid: number;
  /** Throws with the end of its log if it has ended. */
  mustLive(): void;
}

/** A program with its output in a file. It ends with `scope`. */
export function startProgram(scope: Scope, dir: string, command: string, args: readonly string[]): Process {
  const logFile = join(dir, `${basename(command)}.log`);
  const log = openSync(logFile, "a");
  const child = spawn(command, args, { stdio: ["ignore", log, log] });
  closeSync(log);
  return watched(scope, child, logFile);
}

/** A module of Node's in a process of its own; resolves with its first message. */
export async function startModule(
  scope: Scope,
  dir: string,
  name: string,
  module: string,
  args: readonly string[] = [],
): Promise<Process & { readonly child: ChildProcess; readonly first: unknown }> {
  const logFile = join(dir, `${name}.log`);
  const log = openSync(logFile, "a");
  const child = fork(module, args, { stdio: ["ignore", log, log, "ipc"] });
  closeSync(log);
  const process = watched(scope, child, logFile);
  const early = new AbortController();
  const ended = once(child, "exit", { signal: early.signal }).then(() => process.mustLive());
  ended.catch(() => {});
  const [first] = (await Promise.race([once(child, "message"), ended])) as unknown[];
  early.abort();
  return { ...process, child, first };
}

function watched(scope: Scope, child: ChildProcess, logFile: string): Process {
  let failure: string | undefined;
  child.once("error", (error) => {
    failure = error.message;
  });
  const over = () => child.exitCode !== null || child.signalCode !== null || failure !== undefined;
  scope.defer(async () => {
    if (over()) return;
    const exit = once(child, "exit");
    child.kill("SIGTERM");
    await exit;
  });
  return {
    pid: child.pid ?? 0,
    mustLive: () => {
      if (!over()) return;
      const said = readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-5).join("\n");
      throw new Error(`${basename(child.spawnfile)} has ended: ${failure ?? said}`);
    },
  };
}

/** Waits until `look` finds something; throws if one of `processes` ends meanwhile. */
export async function until<T>(
  what: string,
  processes: readonly Process[],
  look: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  await using scope = new Scope();
  for (const deadline = performance.now() + READY_WITHIN_MS; performance.now() < deadline; await scope.sleep(50)) {
    for (const process of processes) process.mustLive();
    const found = await look();
    if (found) return found;
  }
  throw new Error(`not within ${READY_WITHIN_MS / 1000} s: ${what}`);
}

/** A TCP port of 127.0.0.1 on which nothing listens now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** The processes and all their descendants, dead ones left out. */
export function treeOf(roots: readonly number[]): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const fields = statOf(Number(name));
    if (fields) parents.set(Number(name), Number(fields[1]));
  }
  const belongs = (pid: number): boolean => roots.includes(pid) || (parents.has(pid) && belongs(parents.get(pid)!));
  return [...parents.keys()].filter(belongs);
}

/** CPU time of processes that live, user and system, seconds. */
export function cpuSeconds(pids: readonly number[]): number {
  const ticks = pids.map((pid) => {
    const fields = statOf(pid);
    return fields ? Number(fields[11]) + Number(fields[12]) : 0;
  });
  return ticks.reduce((sum, one) => sum + one, 0) / TICKS_PER_SECOND;
}

/** Memory with shared pages counted by their part (Pss), bytes. */
export function memoryBytes(pids: readonly number[]): number {
  const kilobytes = pids.map((pid) => {
    const file = `/proc/${pid}/smaps_rollup`;
    return existsSync(file) ? Number(/^Pss:\s+(\d+)/m.exec(readFileSync(file, "utf8"))?.[1] ?? 0) : 0;
  });
  return kilobytes.reduce((sum, one) => sum + one, 0) * 1024;
}

/** Fields of /proc/PID/stat from the state on: the name before it may hold spaces. */
function statOf(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}
