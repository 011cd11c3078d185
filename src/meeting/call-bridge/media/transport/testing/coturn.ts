import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Scope } from "#base";
import { askBinding, shortTermCredentials } from "#turn-client";
import { until } from "#until";

export const SECRET = "integration-secret";

/** Debian's coturn on loopback, which can be killed and started again on its port. */
export class Coturn {
  readonly port = 20_000 + Math.floor(Math.random() * 10_000);
  readonly #folder = mkdtempSync(join(tmpdir(), "turnpike-coturn-"));
  readonly #secret: string;
  #process: ChildProcess | undefined;

  private constructor(secret: string) {
    this.#secret = secret;
  }

  static async start(scope: Scope, secret = SECRET): Promise<Coturn> {
    const coturn = new Coturn(secret);
    scope.defer(async () => {
      await coturn.stop();
      rmSync(coturn.#folder, { recursive: true, force: true });
    });
    await coturn.start();
    return coturn;
  }

  async start(): Promise<void> {
    const { port } = this;
    const options = `-n -L 127.0.0.1 -E 127.0.0.1 -p ${port} --use-auth-secret --static-auth-secret=${this.#secret} --realm=${this.#secret}
      --allow-loopback-peers --no-tls --no-dtls --no-cli --min-port=${port + 1} --max-port=${port + 40} --log-file=stdout
      --pidfile=${join(this.#folder, "pid")} --db=${join(this.#folder, "db")}`;
    this.#process = spawn("turnserver", options.split(/\s+/), { stdio: "ignore" });
    await until(async () => (await this.#answers("tcp")) && (await this.#answers("udp")), "coturn answers");
  }

  async stop(): Promise<void> {
    const process = this.#process;
    if (!process || process.exitCode !== null || process.signalCode !== null) return;
    process.kill("SIGKILL");
    await once(process, "exit");
  }

  async #answers(transport: "udp" | "tcp"): Promise<boolean> {
    await using scope = new Scope();
    const server = { address: "127.0.0.1", port: this.port };
    const credentials = () => shortTermCredentials(this.#secret, "bridge", "test", Date.now() + 60_000);
    const answer = askBinding(scope, { server, transport, credentials });
    return await answer.then(
      () => true,
      () => false,
    );
  }
}
