import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Scope } from "#base";
import type { Echoed, Opened, Order } from "./proxy-guests.ts";
import { memoryBytes, startModule } from "./proxy-processes.ts";
import { Figures } from "./proxy-report.ts";
import { type Ground, HOST, pidsOf, prepare, type Side, startOurs, startPeer } from "./proxy-sides.ts";
import { runWrk, type Wrk } from "./proxy-wrk.ts";

const PROGRAMS = { "nginx-light": "/usr/sbin/nginx", wrk: "/usr/bin/wrk", "openssh-server": "/usr/sbin/sshd" };
const PARTS = ["requests", "download", "handshakes", "echo", "memory"] as const;
type Part = (typeof PARTS)[number];

interface Size {
  readonly rounds: number;
  readonly seconds: number;
  /** Open sockets while messages are echoed, messages in a round, and sockets that stay idle. */
  readonly echoing: number;
  readonly messages: number;
  readonly idle: number;
  /** Until memory is read: a garbage collector works when there is nothing else to do. */
  readonly settleMs: number;
  readonly scheme: "https" | "http";
  readonly parts: readonly Part[];
}

/**
 * The road from a guest's TLS through edge and core to a web server inside, against nginx, OpenSSH's `ssh -R` and nginx. The
 * sides take turns, so that whatever else the machine does falls on both.
 */
export async function benchProxy(): Promise<void> {
  const size = readSize();
  const missing = Object.entries(PROGRAMS).filter(([, file]) => !existsSync(file));
  if (missing.length > 0)
    throw new Error(`needs Debian packages, as root: apt-get install ${missing.map(([name]) => name).join(" ")}`);
  await using scope = new Scope();
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    scope.on(process, signal, () => void scope.close({ code: "stopped" }).then(() => process.exit(1)));
  const dir = mkdtempSync(join(tmpdir(), "turnpike-bench-"));
  scope.defer(() => rmSync(dir, { recursive: true, force: true }));
  const ground = await prepare(scope, dir);
  const figures = new Figures();
  await loads(scope, ground, size, figures);
  if (size.parts.includes("echo")) await echoes(scope, ground, size, figures);
  if (size.parts.includes("memory")) await memory(scope, ground, size, figures);
  figures.print([
    `peer: ${version("/usr/sbin/nginx", "-v")} with 2 workers, ${version("/usr/bin/ssh", "-V")}, ssh -N -R`,
    "SSH cipher of both: aes128-gcm@openssh.com; TLS of both, outside and inside: TLS_AES_128_GCM_SHA256, ECDSA P-256",
    `inside: nginx by ${size.scheme === "http" ? "HTTPS for us, HTTP for the peer" : "HTTPS for both"}`,
    `medians of ${size.rounds} rounds of ${size.seconds} s; CPU and memory are of all processes that serve`,
  ]);
}

function readSize(): Size {
  const text = (value: string) => ({ type: "string", default: value }) as const;
  const flag = { type: "boolean", default: false } as const;
  const options = { rounds: text("3"), seconds: text("8"), only: text(PARTS.join()), quick: flag, plain: flag };
  const { values } = parseArgs({ args: process.argv.slice(3), options });
  const parts = values.only.split(",").map((name) => {
    const part = PARTS.find((one) => one === name);
    if (!part) throw new Error(`--only knows ${PARTS.join()}, and not ${name}`);
    return part;
  });
  const scheme = values.plain ? "http" : "https";
  if (values.quick)
    return { rounds: 1, seconds: 2, echoing: 100, messages: 500, idle: 300, settleMs: 1_000, scheme, parts };
  const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)];
  return { rounds, seconds, echoing: 1_000, messages: 4_000, idle: 5_000, settleMs: 15_000, scheme, parts };
}

/** Both sides at once; who begins alternates. */
async function sides(scope: Scope, ground: Ground, size: Size): Promise<readonly [ours: Side, theirs: Side]> {
  return [await startOurs(scope, ground), await startPeer(scope, ground, size.scheme)];
}

async function inTurns(size: Size, both: readonly Side[], run: (side: Side, who: "ours" | "theirs") => Promise<void>) {
  for (let round = 0; round < size.rounds; round++)
    for (const index of round % 2 === 0 ? [0, 1] : [1, 0]) await run(both[index]!, index === 0 ? "ours" : "theirs");
}

async function loads(owner: Scope, ground: Ground, size: Size, figures: Figures): Promise<void> {
  const { seconds, parts } = size;
  const small: Wrk = { path: "/1k", connections: 32, seconds };
  const wanted = [
    { part: "requests" as const, wrk: small },
    { part: "download" as const, wrk: { path: "/10m", connections: 1, seconds } },
    { part: "handshakes" as const, wrk: { ...small, closes: true } },
  ].filter(({ part }) => parts.includes(part));
  if (wanted.length === 0) return;
  const scope = owner.child();
  const both = await sides(scope, ground, size);
  for (const { part, wrk } of wanted) {
    // Servers run for months; what compiles itself as it runs has to have run.
    for (const side of both) await runWrk(ground.dir, side, wrk);
    await inTurns(size, both, async (side, who) => {
      const measured = await runWrk(ground.dir, side, wrk);
      figures.load(part, who, measured);
    });
  }
  await scope.close();
}

interface Guests {
  open(count: number): Promise<Opened>;
  echo(count: number): Promise<Echoed>;
}

async function guestsOf(scope: Scope, ground: Ground, side: Side): Promise<Guests> {
  const module = resolve(import.meta.dirname, "proxy-guests.ts");
  const args = [String(side.port), HOST, join(ground.dir, "ca.pem")];
  const { child } = await startModule(scope, ground.dir, `guests-${side.port}`, module, args);
  const order = async <T>(order: Order): Promise<T> => {
    child.send(order);
    const [answer] = (await once(child, "message")) as [T | { readonly failed: string }];
    if (typeof answer === "object" && answer && "failed" in answer) throw new Error(`${side.name}: ${answer.failed}`);
    return answer as T;
  };
  return { open: (open) => order({ open }), echo: (echo) => order({ echo }) };
}

async function echoes(owner: Scope, ground: Ground, size: Size, figures: Figures): Promise<void> {
  const scope = owner.child();
  const both = await sides(scope, ground, size);
  const guests = new Map<Side, Guests>();
  for (const side of both) {
    const own = await guestsOf(scope, ground, side);
    opened(side, await own.open(size.echoing), size.echoing);
    await own.echo(size.messages / 2);
    guests.set(side, own);
  }
  await inTurns(size, both, async (side, who) => figures.echo(who, await guests.get(side)!.echo(size.messages)));
  await scope.close();
}

/** Each on its own, freshly started: OpenSSH gives memory of channels that have ended not back. */
async function memory(owner: Scope, ground: Ground, size: Size, figures: Figures): Promise<void> {
  for (const who of ["ours", "theirs"] as const) {
    const scope = owner.child();
    const side = await (who === "ours" ? startOurs(scope, ground) : startPeer(scope, ground, size.scheme));
    const guests = await guestsOf(scope, ground, side);
    // One each, so that what every process loads with its first connection is not counted.
    await guests.open(20);
    await scope.sleep(size.settleMs / 3);
    const before = memoryOf(side);
    const all = opened(side, await guests.open(size.idle), size.idle * 0.2);
    await scope.sleep(size.settleMs);
    const after = memoryOf(side);
    figures.memory(who, all.open - 20, before, after);
    await scope.close();
  }
}

function memoryOf(side: Side): Readonly<Record<string, number>> {
  const own = Object.entries(side.processes).map(([name, { pid }]) => [name, memoryBytes(pidsOf(side, [pid]))]);
  return Object.fromEntries(own);
}

function opened(side: Side, result: Opened, atLeast: number): Opened {
  const { open, seconds, cipher, failure } = result;
  console.log(
    `${side.name}: ${open} WebSockets in ${seconds.toFixed(1)} s, ${cipher}${failure ? `; then ${failure}` : ""}`,
  );
  if (open < atLeast) throw new Error(`${side.name}: only ${open} WebSockets opened: ${failure}`);
  return result;
}

function version(program: string, flag: string): string {
  const text = execFileSync("/bin/sh", ["-c", `${program} ${flag} 2>&1`], { encoding: "utf8" });
  return text
    .trim()
    .replace(/^nginx version: /, "")
    .split(",")[0]!;
}
