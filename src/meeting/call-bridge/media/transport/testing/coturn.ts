import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Scope } from "#base";
import { until } from "./until.ts";

export const SECRET = "integration-secret";

/** Debian's coturn on loopback, which can be killed and started again on its port. */
export class Coturn {
  readonly port = 20_000 + Math.floor(Math.random() * 10_000);
  readonly #folder = mkdtempSync(join(tmpdir(), "turnpike-coturn-"));
  #process: ChildProcess | undefined;

  static async start(scope: Scope): Promise<Coturn> {
    const coturn = new Coturn();
    scope.defer(async () => {
      await coturn.stop();
      rmSync(coturn.#folder, { recursive: true, force: true });
    });
    await coturn.start();
    return coturn;
  }

  async start(): Promise<void> {
    const { port } = this;
    const options = `-n -L 127.0.0.1 -E 127.0.0.1 -p ${port} --use-auth-secret --static-auth-secret=${SECRET} --realm=test
      --allow-loopback-peers --no-tls --no-dtls --no-cli --min-port=${port + 1} --max-port=${port + 40} --log-file=stdout
      --pidfile=${join(this.#folder, "pid")} --db=${join(this.#folder, "db")}`;
    this.#process = spawn("turnserver", options.split(/\s+/), { stdio: "ignore" });
    await until("coturn listens", () => accepts(port));
  }

  async stop(): Promise<void> {
    const process = this.#process;
    if (!process || process.exitCode !== null || process.signalCode !== null) return;
    process.kill("SIGKILL");
    await once(process, "exit");
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(port, "127.0.0.1")
      .once("error", () => resolve(false))
      .once("connect", () => {
        probe.destroy();
        resolve(true);
      });
  });
}
