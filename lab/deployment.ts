import { once } from "node:events";
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
  #adminPassword: string | undefined;

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

  /** Of the administrator `admin`, as `turnpike init` told it. */
  get adminPassword(): string {
    if (this.#adminPassword === undefined) throw new Error("`init` has not told a password");
    return this.#adminPassword;
  }

  configFile(role: RoleName): string {
    return join(this.dir, role, `${role}.yaml`);
  }

  async init(): Promise<void> {
    const { edgePublic, edgeOuter, edgeInner, server, core } = ADDRESS;
    const told = await turnpike(
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
    this.#adminPassword = /password (\S+) /.exec(told)?.[1];
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

  async createSpace(name: string, passcode?: string): Promise<SpaceDoor> {
    const [door] = await this.#createSpace(name, passcode ? ["--passcode", passcode] : []);
    return door!;
  }

  /** A space with one link for hosts and one for guests, who wait until a host is there. */
  async createLobby(name: string): Promise<{ readonly host: SpaceDoor; readonly guest: SpaceDoor }> {
    const [host, guest] = await this.#createSpace(name, ["--template", "Meeting with lobby"]);
    if (!host || !guest) throw new Error("the template has made only one link");
    return { host, guest };
  }

  async #createSpace(name: string, options: readonly string[]): Promise<SpaceDoor[]> {
    const text = await turnpike("space", "create", name, ...options, "--config", this.configFile("meeting-server"));
    const doors = [...text.matchAll(/https:\S+\/meeting\/(\d{9})\?secret=(\S+)/g)];
    if (doors.length === 0) throw new Error(`\`space create\` printed no link: ${text}`);
    return doors.map(([link, callId, secret]) => ({ link, callId: callId!, secret: secret! }));
  }

  /** A command of the meeting server's administrator, on the meeting server's machine, with what it prints. */
  async operate(...args: string[]): Promise<{ readonly code: number; readonly text: string }> {
    const config = ["--config", this.configFile("meeting-server")];
    const { child, lines } = this.#lab.node(HOST_OF["meeting-server"], MAIN, [...args, ...config]);
    const [code] = await once(child, "close");
    return { code, text: lines.join("\n") };
  }

  /** The newest lines of every role, for a failed test. */
  logs(lines = 15): string {
    return [...this.#running]
      .map(([role, { lines: all }]) => [`--- ${role}`, ...all.slice(-lines)].join("\n"))
      .join("\n");
  }
}

/** A link into a space, and what it is made of. */
export interface SpaceDoor {
  readonly link: string;
  readonly callId: string;
  readonly secret: string;
}

function turnpike(...args: string[]): Promise<string> {
  return command(process.execPath, [MAIN, ...args]);
}
