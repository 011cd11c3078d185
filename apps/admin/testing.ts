/**
 * For the tests of the pages: the administration's own server with its API, on a real storage and event log, over calls
 * and TURN servers that a test sets. Loopback only.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { addAdministrator, startAdminServer } from "#admin-http";
import { AlarmBoard } from "#alarms";
import { apiPlugin } from "#api";
import { memoryLog, type Scope, systemClock } from "#base";
import type { TurnServerStatus, TurnServers } from "#call-bridge";
import { createAuthority, issueServer } from "#certificates";
import { memoryEventLog } from "#event-log";
import { seedDefaults } from "#spaces";
import { openTestStorage, type Storage } from "#storage";
import { MemoryCalls } from "../../src/meeting/api/testing/calls.ts";
import { adminRoutesOf } from "../../src/roles/meeting-server/admin-routes/index.ts";

const BUILT = resolve(import.meta.dirname, "../../dist/apps/admin");

export const PASSWORD = "a password for tests";

/** Administrators `ann` (everything) and `reader` (looks only). */
export async function adminWorld(scope: Scope) {
  const storage = await openTestStorage(scope);
  await seedDefaults(storage);
  const alarms = new AlarmBoard(systemClock);
  const events = memoryEventLog();
  const calls = new MemoryCalls();
  const turnServers = await turnServersOver(storage);
  const parts = { calls, turnServers, alarms, events, storage, clock: systemClock, joinHost: "join.example.com" };
  const startedAt = systemClock.now() - 3_700_000;
  const log = memoryLog();
  const plugin = apiPlugin({
    ...parts,
    log,
    webBridges: { status: () => "success" },
    system: () => ({
      hostId: "8b6dc06e-6a0b-4983-aa9c-bf49826f7756",
      softwareVersion: "0.1.0",
      uptimeSeconds: 3700,
      cdrCorrelatorIndex: 0,
    }),
  });
  const routes = adminRoutesOf({ ...parts, links: () => [], startedAt, version: "0.1.0", name: "cb1" });
  const sources = { routes, plugins: [plugin], app: { folder: BUILT } };
  const { port } = await startAdminServer(scope, await configIn(scope), sources, log);
  return { url: `https://localhost:${port}`, storage, alarms, events, calls, turnServers };
}

async function configIn(scope: Scope) {
  const folder = mkdtempSync(join(tmpdir(), "turnpike-pages-"));
  scope.defer(() => rmSync(folder, { recursive: true }));
  const file = (name: string) => join(folder, name);
  const authority = await createAuthority("test");
  const pair = await issueServer(authority, { names: ["localhost"], addresses: ["127.0.0.1"], days: 1 });
  writeFileSync(file("c.pem"), pair.certificate);
  writeFileSync(file("k.pem"), pair.key);
  for (const [name, role] of [["ann", "admin"] as const, ["reader", "read-only"] as const])
    await addAdministrator(file("accounts.json"), { name, role, password: PASSWORD }, systemClock);
  return {
    listen: { address: "127.0.0.1", port: 0 },
    ...{ certificate: file("c.pem"), key: file("k.pem"), accountsFile: file("accounts.json") },
    ...{ auditFile: file("audit.log"), idleTimeoutMinutes: 30 },
  };
}

/** Those that are stored, all reachable. A probe takes a millisecond longer each time, so that it can be seen. */
async function turnServersOver(storage: Storage): Promise<TurnServers> {
  const known = new Map<string, TurnServerStatus>();
  let roundTrip = 1;
  const read = async () => {
    known.clear();
    for (const { id, fields } of (await storage.list("turnServer")).objects)
      known.set(id, {
        ...{ id, serverAddress: String(fields.serverAddress ?? ""), ours: true, preferred: known.size === 0 },
        ...{ clientAddress: String(fields.clientAddress ?? ""), type: String(fields.type ?? "standard") },
        hosts: [
          {
            ...{ address: "127.0.0.1", portNumber: 3478, transport: "udp", reachable: true, failure: undefined },
            ...{ roundTripTimeMs: roundTrip, mapped: { address: "127.0.0.1", port: 40_000 }, numAllocations: 1 },
            checkedAt: systemClock.now(),
          },
        ],
      });
  };
  storage.onChange(() => void read());
  await read();
  return {
    all: () => [...known.values()],
    status: (id) => known.get(id),
    probe: async (id) => {
      roundTrip++;
      await read();
      return known.get(id);
    },
    iceServersFor: () => [],
    failure: () => undefined,
  };
}
