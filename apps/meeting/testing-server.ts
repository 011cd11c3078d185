/** A whole meeting server for the tests of the app: Web Bridge, Call Bridge, media, storage. Loopback only. */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TestServer extends AsyncDisposable {
  /** "https://localhost:port" */
  readonly url: string;
  /** A space with a lobby; `host` and `guest` are paths of its links. */
  addLobbySpace(name: string): Promise<{ readonly id: string; readonly host: string; readonly guest: string }>;
  /** A local user who may sign in. */
  addUser(userJid: string, name: string, password: string): Promise<void>;
  /** Changes what whoever comes by the guests' link may do, also for those who are in. */
  changeGuests(rules: Readonly<Record<string, boolean>>): Promise<void>;
  /** Ends the sessions of a user, as a new password does. */
  endSessions(userJid: string, password: string): Promise<void>;
}

/**
 * The server's parts are loaded by name and not typed here: its types and those of a browser do not go together in one
 * program of the compiler.
 */
// biome-ignore lint/suspicious/noExplicitAny: see above
const part = (name: string): Promise<any> => import(name);

export async function testServer(): Promise<TestServer> {
  const { Scope, loadConfig, memoryLog, systemClock } = await part("#base");
  const { writeDeployment } = await part("#all-in-one");
  const { meetingServerConfig, startMeetingServer } = await part("#meeting-server");
  const { openStorage } = await part("#storage");
  const { addLocalUser, setLocalPassword } = await part("#sign-in");
  const { createFromTemplate, linksOf } = await part("#spaces");

  const dir = mkdtempSync(join(tmpdir(), "turnpike-app-"));
  const scope = new Scope();
  scope.defer(() => rmSync(dir, { recursive: true, force: true }));
  await writeDeployment(dir, await deployment());
  const folder = join(dir, "meeting-server");
  const config = loadConfig(join(folder, "meeting-server.yaml"), meetingServerConfig);
  const { scope: server, info } = await startMeetingServer(config, memoryLog());
  scope.defer(() => server.close());
  const storage = await openStorage(scope, { where: config.storage, keyFile: config.storageKeyFile });
  const url = `https://localhost:${String(info.webBridge).split(":").at(-1)}`;
  await linkIsUp(scope, `${url}/api/health`);

  return {
    url,
    addLobbySpace: async (name) => {
      const { objects } = await storage.list("coSpaceTemplate", { filter: "lobby" });
      // biome-ignore lint/suspicious/noExplicitAny: as above
      const made = await storage.change((writer: any) => createFromTemplate(writer, objects[0].id, { name }));
      const [host, guest] = linksOf("localhost", made.space, made.accessMethods).map((link: { url: string }) => {
        const { pathname, search } = new URL(link.url);
        return pathname + search;
      });
      return { id: made.space.id, host, guest };
    },
    addUser: async (userJid, name, password) => void (await addLocalUser(storage, { userJid, name, password })),
    endSessions: (userJid, password) => setLocalPassword(storage, userJid, password, systemClock),
    changeGuests: async (rules) => {
      const { objects } = await storage.list("callLegProfile", { filter: "Guest" });
      // biome-ignore lint/suspicious/noExplicitAny: as above
      await storage.change((writer: any) => writer.update("callLegProfile", objects[0].id, rules));
    },
    [Symbol.asyncDispose]: () => scope.close(),
  };
}

/** As `turnpike up` has it, on ports that are free now. Its edge does not run: browsers here are inside. */
async function deployment() {
  const loopback = "127.0.0.1";
  const [bridgeLink, admin] = [await freePort(), await freePort()];
  return {
    joinHosts: ["localhost", loopback],
    edges: [{ publicAddress: loopback, outerAddress: loopback, innerAddress: loopback }],
    bridgePeers: ["127.0.0.0/8"],
    coreAddresses: ["127.0.0.2"],
    meetingServerAddress: loopback,
    ports: {
      ...{ https: 443, redirect: 80, tunnel: 2222, turn: 9, relays: "24000-29999", edgeAdmin: 9000 },
      ...{ webBridge: 0, bridgeLink, admin, coreAdmin: 7443 },
    },
    oneMachine: true,
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

/** The Call Bridge dials the Web Bridge: until then nobody can join. */
async function linkIsUp(scope: { sleep(ms: number): Promise<void> }, health: string): Promise<void> {
  const { Agent, request } = await part("undici");
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
  for (let tries = 0; tries < 100; tries++) {
    const { body } = await request(health, { dispatcher });
    const { bridgeLinks = 0 } = (await body.json()) as { bridgeLinks?: number };
    if (bridgeLinks > 0) return void (await dispatcher.close());
    await scope.sleep(100);
  }
  throw new Error("the Call Bridge has not reached the Web Bridge");
}
