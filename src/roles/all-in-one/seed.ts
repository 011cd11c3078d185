import { isIP } from "node:net";
import { join } from "node:path";
import { Scope } from "#base";
import { readSecretFile } from "#certificates";
import { seedDefaults } from "#spaces";
import { type Fields, type ObjectWriter, openStorage, type Storage } from "#storage";
import type { Deployment, EdgePlace } from "./deployment.ts";

/**
 * The objects that follow from where the machines stand have ids of their own, so that writing a deployment again renews
 * them. All others are the administrator's.
 */
const TURN_SERVER = "7b0c0f0e-0001-4000-8000-";
const WEB_BRIDGE = "7b0c0f0e-0002-4000-8000-";

const idOf = (kind: string, index: number): string => kind + (index + 1).toString(16).padStart(12, "0");

/** Where a written meeting server keeps what it knows: relative to its folder, as in meeting-server.yaml. */
export const STORAGE_FILES = { storage: "turnpike.db", key: "secrets/storage-key" } as const;

/** Runs with the storage of the meeting server that was written into `dir`. */
export async function withStorage<T>(dir: string, run: (storage: Storage) => Promise<T>): Promise<T> {
  await using scope = new Scope();
  const folder = join(dir, "meeting-server");
  const options = { where: join(folder, STORAGE_FILES.storage), keyFile: join(folder, STORAGE_FILES.key) };
  return await run(await openStorage(scope, options));
}

/** The guide's step 4: each edge as turnServer of the API, and the Web Bridge that the Call Bridge dials. */
export async function seedDeployment(dir: string, d: Deployment): Promise<void> {
  const sharedSecret = readSecretFile(join(dir, "edge", "secrets", "turn"));
  await withStorage(dir, async (storage) => {
    await seedDefaults(storage);
    await storage.change(async (writer) => {
      for (const [index, edge] of d.edges.entries())
        await put(writer, "turnServer", idOf(TURN_SERVER, index), turnServer(d, edge, sharedSecret));
      await put(writer, "webBridge", idOf(WEB_BRIDGE, 0), { url: `c2w://127.0.0.1:${d.ports.bridgeLink}` });
    });
  });
}

function turnServer(d: Deployment, edge: EdgePlace, sharedSecret: string): Fields {
  // Browsers check the name in the edge's certificate, and ignore `turns:` with an address.
  const name = d.joinHosts.find((host) => !isIP(host) && host !== "localhost");
  return {
    serverAddress: edge.innerAddress,
    clientAddress: edge.publicAddress,
    useShortTermCredentials: true,
    sharedSecret,
    type: "expressway",
    portNumber: d.ports.turn,
    // The edge shares the port of the web with TURN over TCP and TLS.
    tcpPortNumberOverride: d.ports.https,
    ...(name ? { tlsAddress: name } : {}),
  };
}

async function put(writer: ObjectWriter, noun: string, id: string, fields: Fields): Promise<void> {
  if (await writer.get(noun, id)) await writer.update(noun, id, fields);
  else await writer.insert({ id, noun, fields });
}
