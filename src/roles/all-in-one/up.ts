import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Agent, request } from "undici";
import { type Scope, textOf } from "#base";
import { writeSecretFile } from "#certificates";
import { createFromTemplate, createSpace, linksOf, type MeetingLink, OPEN_TEMPLATE } from "#spaces";
import type { ObjectWriter, StoredObject } from "#storage";
import type { Deployment } from "./deployment.ts";
import { fail } from "./errors.ts";
import { thisMachine } from "./machine.ts";
import { type RoleProcess, startRole } from "./role-process.ts";
import { withStorage } from "./seed.ts";
import { writeDeployment } from "./write.ts";

export interface UpOptions {
  readonly data: string;
  readonly address?: string | undefined;
  /** The program that runs a role: `MAIN edge --config FILE`. */
  readonly main: URL;
  readonly onStep: (step: string) => void;
}

/** What a person needs to use it. */
export interface UpLinks {
  readonly guest: string;
  /** The same for who may mute, lock, admit and end. */
  readonly host: string;
  readonly inside: string;
  readonly admin: string;
  readonly edgeAdmin: string;
  readonly coreAdmin: string;
  readonly adminPasswordFile: string;
  readonly callId: string;
  /** Certificate of the authority that vouches for the edge and the Web Bridge. */
  readonly authority: string;
  readonly logs: string;
}

export interface Running {
  readonly links: UpLinks;
  /** Rejects with UP_ROLE_ENDED when a role ends by itself. */
  readonly failed: Promise<never>;
}

/** Starts the three roles as three processes with everything in `data`, and resolves when a request has passed through all of them. */
export async function startAll(scope: Scope, options: UpOptions): Promise<Running> {
  const dir = resolve(options.data);
  const logs = join(dir, "logs");
  options.onStep("Writing configuration, keys and certificates");
  const deployment = await thisMachine(options.address);
  await write(dir, deployment);
  const doors = await firstSpace(dir);
  options.onStep("Starting the edge, the meeting server and the core");
  const start = (name: string): RoleProcess =>
    startRole(scope, options.main, name, join(dir, name, `${name}.yaml`), join(logs, `${name}.log`));
  const roles = [start("edge"), start("meeting-server")];
  await Promise.all(roles.map((role) => role.ready));
  // Last, since it dials both: tunnel and Web Bridge answer at its first try.
  const core = start("core");
  roles.push(core);
  await core.ready;
  options.onStep("Waiting for the first request through edge, tunnel, core and Web Bridge");
  const links = linksOfUp(deployment, doors, dir);
  await reachable(scope, new URL("/api/health", links.guest), links);
  return { links, failed: firstEnd(roles, logs) };
}

async function write(dir: string, deployment: Deployment): Promise<void> {
  const { adminPassword } = await writeDeployment(dir, deployment);
  if (adminPassword) writeSecretFile(join(dir, "admin-password"), `${adminPassword}\n`);
}

/** The first space's links by access method, without their origin; a new storage gets a space to begin with. */
function firstSpace(dir: string): Promise<readonly MeetingLink[]> {
  return withStorage(dir, async (storage) => {
    const [first] = (await storage.list("coSpace", { limit: 1 })).objects;
    const space = first ?? (await storage.change(welcome));
    const { objects: methods } = await storage.list("accessMethod", { parent: space.id });
    return linksOf("", space, methods);
  });
}

async function welcome(writer: ObjectWriter): Promise<StoredObject> {
  const { objects } = await writer.list("coSpaceTemplate", { where: { name: OPEN_TEMPLATE } });
  const [template] = objects;
  if (!template) return createSpace(writer, { name: "Welcome" });
  return (await createFromTemplate(writer, template.id, { name: "Welcome" })).space;
}

function linksOfUp(d: Deployment, doors: readonly MeetingLink[], dir: string): UpLinks {
  const adminPasswordFile = join(dir, "admin-password");
  const origin = (host: string, port: number) => `https://${host}${port === 443 ? "" : `:${port}`}`;
  const outside = origin(d.joinHosts[0], d.ports.https);
  // A template's first access method is the hosts', its last the guests'.
  const [host, guest] = [doors[0], doors.at(-1)];
  const path = guest?.url.replace("https://", "") ?? "/";
  return {
    guest: outside + path,
    host: outside + (host?.url.replace("https://", "") ?? "/"),
    inside: origin(d.meetingServerAddress, d.ports.webBridge) + path,
    admin: `${origin(d.meetingServerAddress, d.ports.admin)}/`,
    edgeAdmin: `${origin(d.edges[0].innerAddress, d.ports.edgeAdmin)}/`,
    coreAdmin: `${origin(d.coreAddresses[0], d.ports.coreAdmin)}/`,
    adminPasswordFile: existsSync(adminPasswordFile) ? adminPasswordFile : "",
    callId: guest?.callId ?? "",
    authority: join(dir, "authority", "ca.pem"),
    logs: join(dir, "logs"),
  };
}

const REACHABLE_SECONDS = 20;

async function reachable(scope: Scope, url: URL, { authority, logs }: UpLinks): Promise<void> {
  const agent = new Agent({ connect: { ca: readFileSync(authority), timeout: 2000 } });
  const until = Date.now() + REACHABLE_SECONDS * 1000;
  let why = "none";
  try {
    while (Date.now() < until) {
      why = await probe(url, agent);
      if (why === "200") return;
      await scope.sleep(100);
    }
  } finally {
    await agent.destroy();
  }
  throw fail("UP_NOT_REACHABLE", { url: url.origin, seconds: REACHABLE_SECONDS, why, logs });
}

async function probe(url: URL, agent: Agent): Promise<string> {
  try {
    const { statusCode, body } = await request(url, { dispatcher: agent, headersTimeout: 2000 });
    await body.dump();
    return String(statusCode);
  } catch (error) {
    return textOf(error);
  }
}

async function firstEnd(roles: readonly RoleProcess[], logs: string): Promise<never> {
  const name = await Promise.race(roles.map((role) => role.ended.then(() => role.name)));
  throw fail("UP_ROLE_ENDED", { name, logFile: join(logs, `${name}.log`) });
}
