import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { Scope } from "#base";

/** As many of the newest lines as a failed test has use for. */
const KEPT_LINES = 2000;

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Opens an IPC channel, for a Node program that talks to its parent. */
  readonly ipc?: boolean;
}

/** A program in a namespace of the lab; it ends with the scope that it was started in. */
export class LabProcess {
  readonly lines: string[] = [];
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  readonly #watchers = new Set<(line: string) => void>();
  readonly #scope: Scope;
  readonly #name: string;

  constructor(scope: Scope, namespace: string, file: string, args: readonly string[], options: RunOptions = {}) {
    this.#name = `${namespace}: ${file} ${args.join(" ")}`;
    this.#scope = scope.child();
    // `ip netns exec` becomes the program, so the child's id is the program's.
    this.child = spawn("ip", ["netns", "exec", namespace, file, ...args], {
      stdio: ["ignore", "pipe", "pipe", ...(options.ipc ? (["ipc"] as const) : [])],
      env: { ...process.env, ...options.env },
      ...(options.cwd ? { cwd: options.cwd } : {}),
    });
    this.exited = new Promise((resolve) => {
      this.child.once("error", () => resolve(null));
      this.child.once("exit", (code) => resolve(code));
    });
    this.#read(this.child.stdout!);
    this.#read(this.child.stderr!);
    this.#scope.defer(() => this.#end());
  }

  /** Resolves with the first line, printed before or after, that contains `part`; rejects after `ms` or if the program ends. */
  line(part: string, ms = 10_000): Promise<string> {
    const seen = this.lines.find((line) => line.includes(part));
    if (seen !== undefined) return Promise.resolve(seen);
    return new Promise((resolve, reject) => {
      const give = (why: string) => {
        stop();
        reject(new Error(`${this.#name}: ${why} before "${part}"\n${this.lines.slice(-20).join("\n")}`));
      };
      const watch = (line: string) => {
        if (!line.includes(part)) return;
        stop();
        resolve(line);
      };
      const timer = this.#scope.after(ms, () => give(`${ms} ms passed`));
      const stop = () => {
        timer.cancel();
        this.#watchers.delete(watch);
      };
      this.#watchers.add(watch);
      void this.exited.then((code) => this.#watchers.has(watch) && give(`ended with ${code}`));
    });
  }

  /** Asks the program to end, insists after 3 s, and resolves when it has. */
  close(): Promise<void> {
    return this.#scope.close();
  }

  /** Ends it at once, as a crash would. */
  crash(): Promise<number | null> {
    this.child.kill("SIGKILL");
    return this.exited;
  }

  #read(stream: Readable): void {
    createInterface({ input: stream }).on("line", (line) => {
      if (this.lines.push(line) > KEPT_LINES) this.lines.shift();
      for (const watch of [...this.#watchers]) watch(line);
    });
  }

  async #end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null || this.child.pid === undefined) return;
    this.child.kill("SIGTERM");
    const insist = setTimeout(() => this.child.kill("SIGKILL"), 3000);
    await this.exited;
    clearTimeout(insist);
  }
}
