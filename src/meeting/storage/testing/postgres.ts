import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { Scope } from "#base";

export const PASSWORD = "only for tests";

/** A PostgreSQL server of Debian's package in a folder of its own, on a Unix socket there. */
export interface TestPostgres {
  /** Holds the password of the user in the addresses. */
  readonly passwordFile: string;
  /** Makes an empty database and returns its address. */
  newDatabase(): Promise<string>;
  start(): Promise<void>;
  /** Ends connections in the middle of what they do ("fast"), or the server at once without any cleaning up. */
  stop(how: "SIGINT" | "SIGKILL"): Promise<void>;
  /** The server hangs: connections stand, and nothing answers. */
  freeze(): void;
  thaw(): void;
}

export async function startTestPostgres(scope: Scope): Promise<TestPostgres> {
  const folder = mkdtempSync(join(tmpdir(), "turnpike-pg-"));
  scope.defer(() => rmSync(folder, { recursive: true, force: true }));
  const user = serverUser();
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, `${PASSWORD}\n`);
  if (user.uid !== undefined) for (const path of [folder, passwordFile]) chownSync(path, user.uid, user.gid!);
  chmodSync(folder, 0o755);
  const data = join(folder, "data");
  const init = ["-D", data, "-U", "turnpike", "-A", "scram-sha-256", `--pwfile=${passwordFile}`, "--no-sync"];
  execFileSync(program("initdb"), [...init, "-E", "UTF8", "--locale=C.UTF-8"], { ...user, stdio: "pipe", cwd: folder });
  const server = new Server(scope, user, folder, data);
  scope.defer(() => server.stop("SIGKILL"));
  await server.start();
  let databases = 0;
  return {
    passwordFile,
    newDatabase: async () => {
      const name = `test${databases++}`;
      const client = new pg.Client({ host: folder, user: "turnpike", password: PASSWORD, database: "postgres" });
      await client.connect();
      await client.query(`create database ${name}`);
      await client.end();
      return `postgres://turnpike@/${name}?host=${encodeURIComponent(folder)}`;
    },
    start: () => server.start(),
    stop: (how) => server.stop(how),
    freeze: () => server.signal("SIGSTOP"),
    thaw: () => server.signal("SIGCONT"),
  };
}

interface ServerUser {
  readonly uid?: number;
  readonly gid?: number;
}

class Server {
  readonly #scope: Scope;
  readonly #user: ServerUser;
  readonly #arguments: readonly string[];
  #process: ChildProcess | undefined;

  constructor(scope: Scope, user: ServerUser, folder: string, data: string) {
    this.#scope = scope;
    this.#user = user;
    this.#arguments = ["-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "restart_after_crash=off"];
  }

  async start(): Promise<void> {
    const child = spawn(program("postgres"), this.#arguments, { ...this.#user, stdio: ["ignore", "ignore", "pipe"] });
    this.#process = child;
    let log = "";
    const ready = Promise.withResolvers<void>();
    this.#scope.on(child.stderr!, "data", (chunk: Buffer) => {
      log = (log + chunk).slice(-4000);
      if (log.includes("ready to accept connections")) ready.resolve();
    });
    this.#scope.on(child, "exit", () => ready.reject(new Error(`PostgreSQL ended: ${log}`)));
    await ready.promise;
  }

  async stop(how: "SIGINT" | "SIGKILL"): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "close");
    if (how === "SIGKILL") for (const pid of [...childrenOf(child.pid!), child.pid!]) kill(pid, how);
    else child.kill(how);
    await gone;
  }

  signal(signal: NodeJS.Signals): void {
    for (const pid of [this.#process!.pid!, ...childrenOf(this.#process!.pid!)]) kill(pid, signal);
  }
}

/** PostgreSQL refuses to run as root. */
function serverUser(): ServerUser {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

function program(name: string): string {
  const root = "/usr/lib/postgresql";
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const found = versions.map((version) => join(root, version, "bin", name)).find((path) => existsSync(path));
  if (!found) throw new Error("PostgreSQL is not installed: apt-get install postgresql");
  return found;
}

function childrenOf(pid: number): number[] {
  try {
    const output = execFileSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" });
    return output.split("\n").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has gone by itself meanwhile.
  }
}
