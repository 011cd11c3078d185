import { once } from "node:events";
import { chmodSync, chownSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseDocument } from "yaml";
import { PLACES } from "#all-in-one";
import type { Scope } from "#base";
import type { Lab } from "./build.ts";
import { command } from "./command.ts";
import { ADDRESS, EDGE_HOST, type HostName, JOIN_HOST, PEER_PREFIXES } from "./plan.ts";
import { type Probe, probeOn } from "./probe/index.ts";
import type { LabProcess } from "./process.ts";

const MAIN = resolve(import.meta.dirname, "../src/main.ts");

export const ROLES = ["edge", "meeting-server", "core"] as const;
/** A role, by the folder that `turnpike init` writes for its machine. */
export type RoleName = (typeof ROLES)[number] | "edge-2";

const HOST_OF: Readonly<Record<RoleName, HostName>> = {
  edge: "edge",
  "edge-2": "edge2",
  "meeting-server": "server",
  core: "core",
};

/** Where `openAdministration` puts the administration of each role, for browsers inside. */
export const ADMINISTRATION: Readonly<Record<RoleName, string>> = {
  edge: `${ADDRESS.edgeInner}:9000`,
  "edge-2": `${ADDRESS.edge2Inner}:9000`,
  "meeting-server": `${ADDRESS.server}:8445`,
  core: `${ADDRESS.core}:7443`,
};

/** From the start of the roles until a request gets through all of them. */
const READY_WITHIN_MS = 60_000;

export interface DeploymentOptions {
  /** Roles run as the units of `turnpike init` say, as an account without rights and not as root. */
  readonly asService?: boolean;
}

/** What the administrator does with the folders that `turnpike init` writes, one for each machine of the lab. */
export class Deployment {
  readonly dir: string;
  readonly #lab: Lab;
  readonly #scope: Scope;
  readonly #asService: boolean;
  readonly #running = new Map<RoleName, LabProcess>();
  readonly #environments = new Map<RoleName, Readonly<Record<string, string>>>();
  readonly #outsider: Probe;
  #adminPassword: string | undefined;

  constructor(lab: Lab, { asService = false }: DeploymentOptions = {}) {
    this.#lab = lab;
    this.#asService = asService;
    this.#scope = lab.scope.child();
    this.dir = mkdtempSync(join(tmpdir(), "turnpike-lab-"));
    this.#scope.defer(() => rmSync(this.dir, { recursive: true, force: true }));
    this.#outsider = probeOn(lab, "internet");
  }

  /** Those that run in this lab. */
  get roles(): readonly RoleName[] {
    return this.#lab.extent.secondEdge ? [...ROLES, "edge-2"] : ROLES;
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
    return join(this.dir, role, `${programOf(role)}.yaml`);
  }

  async init(): Promise<void> {
    const { edgePublic, edgeOuter, edgeInner, edge2Public, edge2Outer, edge2Inner, server, core } = ADDRESS;
    const edges = this.#lab.extent.secondEdge
      ? ["--edge", [edgeInner, edgeOuter, edgePublic].join(), "--edge", [edge2Inner, edge2Outer, edge2Public].join()]
      : ["--edge-public", edgePublic, "--edge-outer", edgeOuter, "--edge-inner", edgeInner];
    const told = await turnpike(
      ...["init", this.dir, "--force", "--join-host", JOIN_HOST, ...edges],
      ...["--meeting-server", server, "--core", core],
    );
    this.#adminPassword = /password (\S+) /.exec(told)?.[1];
    // A TURN server refuses documentation prefixes, rightly; here they are the Internet.
    for (const role of this.roles)
      if (programOf(role) === "edge") this.change(role, ["turn", "allowPeers", "bridge"], PEER_PREFIXES);
    this.change("core", ["edges", 0, "address"], `${EDGE_HOST}:2222`);
    if (this.#asService) this.#giveAway();
  }

  /** By default each role's administration listens on loopback only. */
  openAdministration(): void {
    for (const role of this.roles) this.change(role, ["admin", "listen"], ADMINISTRATION[role]);
  }

  /** As systemd/README.md says: the folder of a role is its account's, and nobody else's. */
  #giveAway(): void {
    chmodSync(this.dir, 0o711);
    for (const role of this.roles) {
      chownSync(join(this.dir, role), SERVICE_ID, SERVICE_ID);
      for (const entry of readdirSync(join(this.dir, role), { recursive: true, encoding: "utf8" }))
        chownSync(join(this.dir, role, entry), SERVICE_ID, SERVICE_ID);
      chmodSync(join(this.dir, role), 0o700);
    }
  }

  /** Changes one key of a role's YAML file; it counts from the role's next start. */
  change(role: RoleName, key: readonly (string | number)[], value: unknown): void {
    const file = this.configFile(role);
    const document = parseDocument(readFileSync(file, "utf8"));
    document.setIn(key, value);
    writeFileSync(file, String(document));
  }

  /** What the role's next processes find in their environment besides. */
  setEnvironment(role: RoleName, environment: Readonly<Record<string, string>>): void {
    this.#environments.set(role, environment);
  }

  /** Starts a role on its machine and resolves when it listens. */
  async start(role: RoleName): Promise<LabProcess> {
    const started = this.#asService
      ? this.#run(role, serviceCommand(join(this.dir, role), programOf(role)))
      : this.#run(role, [process.execPath, MAIN, programOf(role), "--config", this.configFile(role)]);
    this.#running.set(role, started);
    await started.line('"msg":"ready"', READY_WITHIN_MS);
    return started;
  }

  /**
   * Starts all roles and resolves when a request from the Internet gets an answer from the Web Bridge. The edges come first,
   * as in a DMZ that is always there: whoever dials one in vain tries 443 for a while, which the inner firewall drops.
   */
  async startAll(): Promise<void> {
    const start = (wanted: (role: RoleName) => boolean) =>
      Promise.all(this.roles.filter(wanted).map((role) => this.start(role)));
    await start((role) => programOf(role) === "edge");
    await start((role) => programOf(role) !== "edge");
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
    const { text } = await this.operate("space", "create", name, ...options);
    const doors = [...text.matchAll(/https:\S+\/meeting\/(\d{9})\?secret=(\S+)/g)];
    if (doors.length === 0) throw new Error(`\`space create\` printed no link: ${text}`);
    return doors.map(([link, callId, secret]) => ({ link, callId: callId!, secret: secret! }));
  }

  /** A command of the meeting server's administrator, on the meeting server's machine, with what it prints. */
  operate(...args: string[]): Promise<{ readonly code: number; readonly text: string }> {
    return this.command("meeting-server", ...args);
  }

  /** A command of the administrator on the machine of that role. */
  async command(role: RoleName, ...args: string[]): Promise<{ readonly code: number; readonly text: string }> {
    const command = [process.execPath, MAIN, ...args, "--config", this.configFile(role)];
    const { child, lines } = this.#run(role, command);
    const [code] = await once(child, "close");
    return { code, text: lines.join("\n") };
  }

  #run(role: RoleName, command: readonly string[]): LabProcess {
    const [file, ...rest] = this.#asService
      ? [...rightsOf(join(this.dir, role), programOf(role)), ...command]
      : command;
    return this.#lab.run(HOST_OF[role], file!, rest, { env: this.#environments.get(role) ?? {} });
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

function programOf(role: RoleName): (typeof ROLES)[number] {
  return role === "edge-2" ? "edge" : role;
}

/** `nobody`: an account that owns nothing. */
const SERVICE_ID = 65_534;

/** What the unit in that folder starts, with the program and the folder where they are here. */
function serviceCommand(folder: string, program: string): readonly string[] {
  const [, line] = /^ExecStart=(.*)$/m.exec(unitIn(folder, program))!;
  return line!
    .replaceAll(`${PLACES.home}/${program}`, folder)
    .replaceAll(PLACES.program, resolve(MAIN, "../.."))
    .split(" ");
}

function unitIn(folder: string, program: string): string {
  return readFileSync(join(folder, "systemd", `turnpike-${program}.service`), "utf8");
}

/** setpriv(1) with the account and the capabilities of the unit in that folder. */
function rightsOf(folder: string, program: string): readonly string[] {
  const unit = unitIn(folder, program);
  const capabilities = (key: string) => {
    const names = new RegExp(`^${key}=(.*)$`, "m").exec(unit)![1]!.split(" ").filter(Boolean);
    return ["-all", ...names.map((name) => name.replace("CAP_", "+").toLowerCase())].join();
  };
  const ambient = capabilities("AmbientCapabilities");
  return [
    ...["setpriv", `--reuid=${SERVICE_ID}`, `--regid=${SERVICE_ID}`, "--clear-groups", "--no-new-privs"],
    ...[`--inh-caps=${ambient}`, `--ambient-caps=${ambient}`],
    `--bounding-set=${capabilities("CapabilityBoundingSet")}`,
  ];
}

function turnpike(...args: string[]): Promise<string> {
  return command(process.execPath, [MAIN, ...args]);
}
