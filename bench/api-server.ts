import { fork } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import pg from "pg";
import { Pool } from "undici";
import { parseDocument } from "yaml";
import { STANDARD_PORTS, writeDeployment } from "#all-in-one";
import { Scope } from "#base";
import { createSpace } from "#spaces";
import { openStorage } from "#storage";

const MAIN = resolve(import.meta.dirname, "../src/main.ts");
const LOOPBACK = "127.0.0.1";
const LINK_WITHIN_MS = 20_000;

export interface Space {
  readonly id: string;
  readonly callId: string;
  readonly passcode: string;
}

/** A meeting server in a process of its own, with spaces in its storage and its Web Bridge linked. */
export interface ApiServer {
  readonly spaces: readonly Space[];
  readonly webBridge: URL;
  /** PEM of the authority that vouches for it. */
  readonly authority: string;
  readonly pid: number;
  /** Connections that are kept, at most so many as `concurrency`. */
  client(concurrency: number): ApiClient;
}

export interface ApiClient extends AsyncDisposable {
  /** The answer's body and Location. Rejects unless its status is 200. */
  send(method: "GET" | "POST" | "PUT", path: string, form?: string): Promise<Answer>;
}

export interface Answer {
  readonly body: string;
  readonly location: string;
}

export interface Place {
  /** As in meeting-server.yaml; an SQLite file in the server's own folder if left out. */
  readonly where?: string;
  readonly passwordFile?: string;
}

export async function startApiServer(scope: Scope, place: Place, count: number): Promise<ApiServer> {
  const dir = mkdtempSync(join(tmpdir(), "turnpike-bench-"));
  scope.defer(() => rmSync(dir, { recursive: true, force: true }));
  const { adminPassword } = await writeDeployment(dir, deployment());
  const server = join(dir, "meeting-server");
  const where = place.where ?? join(server, "bench.db");
  const spaces = await fill(server, { ...place, where }, count);
  if (place.passwordFile) await analyze(where, place.passwordFile);
  configure(join(server, "meeting-server.yaml"), { ...place, where });
  const { info, pid } = await startProcess(scope, dir);
  const authority = readFileSync(join(dir, "authority", "ca.pem"), "utf8");
  const authorization = `Basic ${Buffer.from(`admin:${adminPassword}`).toString("base64")}`;
  const client = (concurrency: number) => clientOf(`https://${info.admin}`, authority, authorization, concurrency);
  const webBridge = new URL(`https://${info.webBridge}`);
  await link(scope, client(1), info.bridgeLink!);
  return { spaces, webBridge, authority, pid, client };
}

function deployment() {
  return {
    joinHosts: ["localhost"] as const,
    edges: [{ publicAddress: LOOPBACK, outerAddress: LOOPBACK, innerAddress: LOOPBACK }] as const,
    bridgePeers: [],
    coreAddresses: [LOOPBACK] as const,
    meetingServerAddress: LOOPBACK,
    ports: STANDARD_PORTS,
    oneMachine: true,
  };
}

/** All at once: before the server runs nobody waits for it. */
async function fill(server: string, { where, passwordFile }: Place & { where: string }, count: number) {
  await using scope = new Scope();
  const keyFile = join(server, "secrets", "storage-key");
  const storage = await openStorage(scope, { where, keyFile, ...(passwordFile ? { passwordFile } : {}) });
  return await storage.change(async (writer) => {
    const spaces: Space[] = [];
    for (let i = 0; i < count; i++) {
      const [callId, passcode] = [String(100_000_000 + i), String(1000 + (i % 9000))];
      const { id } = await createSpace(writer, { name: `Space number ${i}`, uri: `space.${i}`, callId, passcode });
      spaces.push({ id, callId, passcode });
    }
    return spaces;
  });
}

/** PostgreSQL counts its rows by itself within a minute; until then it plans for an almost empty table. */
async function analyze(where: string, passwordFile: string): Promise<void> {
  const password = encodeURIComponent(readFileSync(passwordFile, "utf8").trim());
  const client = new pg.Client({ connectionString: where.replace("@", `:${password}@`) });
  await client.connect();
  await client.query("analyze");
  await client.end();
}

/** Nothing listens where another program might: ports are the system's choice. */
function configure(file: string, { where, passwordFile }: Place): void {
  const document = parseDocument(readFileSync(file, "utf8"));
  document.setIn(["storage"], where);
  if (passwordFile) document.setIn(["storagePasswordFile"], passwordFile);
  for (const key of [["webBridge"], ["webBridge", "link"], ["admin"], ["callBridge", "media"]])
    document.setIn([...key, "listen"], `${LOOPBACK}:0`);
  writeFileSync(file, String(document));
}

async function startProcess(scope: Scope, dir: string) {
  const logFile = join(dir, "meeting-server.log");
  const log = openSync(logFile, "w");
  const config = join(dir, "meeting-server", "meeting-server.yaml");
  const child = fork(MAIN, ["meeting-server", "--config", config], { stdio: ["ignore", log, log, "ipc"] });
  closeSync(log);
  const ended = once(child, "exit");
  scope.defer(async () => {
    if (child.connected) child.disconnect();
    await ended;
  });
  const [message] = (await Promise.race([
    once(child, "message"),
    ended.then(() => Promise.reject(new Error(`the meeting server has ended: ${readFileSync(logFile, "utf8")}`))),
  ])) as [{ readonly info: Readonly<Record<string, string>> }];
  return { info: message.info, pid: child.pid! };
}

/** The guide's step: the Call Bridge dials what the API names. */
async function link(scope: Scope, client: ApiClient, bridgeLink: string): Promise<void> {
  await using _ = client;
  const { location } = await client.send("POST", "webBridges", `url=${encodeURIComponent(`c2w://${bridgeLink}`)}`);
  const status = `${location.replace(/^\/api\/v1\//, "")}/status`;
  for (const deadline = Date.now() + LINK_WITHIN_MS; Date.now() < deadline; await scope.sleep(50))
    if ((await client.send("GET", status)).body.includes("success")) return;
  throw new Error(`the Web Bridge is not linked after ${LINK_WITHIN_MS} ms`);
}

function clientOf(origin: string, ca: string, authorization: string, connections: number): ApiClient {
  const pool = new Pool(origin, { connections, pipelining: 1, connect: { ca } });
  const type = { "content-type": "application/x-www-form-urlencoded" };
  return {
    send: async (method, path, form) => {
      const headers = { authorization, ...(form === undefined ? {} : type) };
      const options = { method, path: `/api/v1/${path}`, headers, ...(form === undefined ? {} : { body: form }) };
      const answer = await pool.request(options);
      const body = await answer.body.text();
      if (answer.statusCode !== 200) throw new Error(`${method} ${path}: ${answer.statusCode} ${body}`);
      return { body, location: String(answer.headers.location ?? "") };
    },
    [Symbol.asyncDispose]: () => pool.close(),
  };
}
