import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseDocument } from "yaml";
import type { Scope } from "#base";
import type { Lab } from "./build.ts";
import { command } from "./command.ts";
import { ADDRESS, EDGE_HOST, type HostName, JOIN_HOST, PEER_PREFIXES } from "./plan.ts";
import { type Probe, probeOn } from "./probe/index.ts";
import type { LabProcess } from "./process.ts";

const MAIN = resolve(import.meta.dirname, "../src/main.ts");

export const ROLES = ["edge", "meeting-server", "core"] as const;
export type RoleName = (typeof ROLES)[number];

const HOST_OF: Readonly<Record<RoleName, HostName>> = { edge: "edge", "meeting-server": "server", core: "core" };

/** From the start of the roles until a request gets through all of them. */
const READY_WITHIN_MS = 20_000;

/** What the administrator does with the three folders that `turnpike init` writes, one for each machine of the lab. */
export class Deployment {
  readonly dir: string;
  readonly #lab: Lab;
  readonly #scope: Scope;
  readonly #running = new Map<RoleName, LabProcess>();
  readonly #outsider: Probe;

  constructor(lab: Lab) {
    this.#lab = lab;
    this.#scope = lab.scope.child();
    this.dir = mkdtempSync(join(tmpdir(), "turnpike-lab-"));
    this.#scope.defer(() => rmSync(this.dir, { recursive: true, force: true }));
    this.#outsider = probeOn(lab, "internet");
  }

  /** The certificate authority that browsers in the lab trust. */
  get authority(): string {
    return readFileSync(join(this.dir, "authority", "ca.pem"), "utf8");
  }

  configFile(role: RoleName): string {
    return join(this.dir, role, `${role}.yaml`);
  }

  async init(): Promise<void> {
    const { edgePublic, edgeOuter, edgeInner, server, core } = ADDRESS;
    await turnpike(
      ...[
        "init",
        this.dir,
        "--force",
        "--join-host",
        JOIN_HOST,
        "--edge-public",
        edgePublic,
        "--edge-outer",
        edgeOuter,
      ],
      ...["--edge-inner", edgeInner, "--meeting-server", server, "--core", core],
    );
    // A TURN server refuses documentation prefixes, rightly; here they are the Internet.
    this.change("edge", ["turn", "allowPeers", "bridge"], PEER_PREFIXES);
    this.change("core", ["edges", 0, "address"], `${EDGE_HOST}:2222`);
  }

  /** Changes one key of a role's YAML file; it counts from the role's next start. */
  change(role: RoleName, key: readonly (string | number)[], value: unknown): void {
    const file = this.configFile(role);
    const document = parseDocument(readFileSync(file, "utf8"));
    document.setIn(key, value);
    writeFileSync(file, String(document));
  }

  /** Starts a role on its machine and resolves when it listens. */
  async start(role: RoleName): Promise<LabProcess> {
    const started = this.#lab.node(HOST_OF[role], MAIN, [role, "--config", this.configFile(role)]);
    this.#running.set(role, started);
    await started.line('"msg":"ready"', READY_WITHIN_MS);
    return started;
  }

  /** Starts all roles and resolves when a request from the Internet gets an answer from the Web Bridge. */
  async startAll(): Promise<void> {
    await Promise.all(ROLES.map((role) => this.start(role)));
    await this.reachable();
  }

  process(role: RoleName): LabProcess {
    const running = this.#running.get(role);
    if (!running) throw new Error(`the ${role} was not started`);
    return running;
  }

  /** Resolves when the whole road of a request is open: edge, tunnel, core, Web Bridge, and a bridge link. */
  async reachable(withinMs = READY_WITHIN_MS): Promise<void> {
    const deadline = Date.now() + withinMs;
    for (let last = "nothing"; ; await this.#scope.sleep(100)) {
      const answer = await this.#outsider.https(JOIN_HOST, ADDRESS.edgePublic, "/api/health", this.authority);
      last = answer?.seenAs ?? last;
      if (/^200 .*"bridgeLinks":\s*[1-9]/s.test(last)) return;
      if (Date.now() > deadline)
        throw new Error(`the Web Bridge is not reachable through the edge: ${last}\n${this.logs()}`);
    }
  }

  async createSpace(name: string, passcode?: string): Promise<{ link: string; callId: string }> {
    const options = passcode ? ["--passcode", passcode] : [];
    const text = await turnpike("space", "create", name, ...options, "--config", this.configFile("meeting-server"));
    const link = /https:\S+/.exec(text)?.[0];
    const callId = link && /\/meeting\/(\d{9})/.exec(link)?.[1];
    if (!link || !callId) throw new Error(`\`space create\` printed no link: ${text}`);
    return { link, callId };
  }

  /** The newest lines of every role, for a failed test. */
  logs(lines = 15): string {
    return [...this.#running]
      .map(([role, { lines: all }]) => [`--- ${role}`, ...all.slice(-lines)].join("\n"))
      .join("\n");
  }
}

function turnpike(...args: string[]): Promise<string> {
  return command(process.execPath, [MAIN, ...args]);
}
