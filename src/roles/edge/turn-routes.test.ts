import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { errorsOf, memoryLog, Scope } from "#base";
import { callControl, startControl } from "#control";
import { metricsPage } from "#metrics";
import type { AllocationStatus, PeerVerdict, TurnStatus } from "#turn";
import { turnMetrics } from "./turn-metrics.ts";
import { relayRow, type TurnControl, turnRoutes } from "./turn-routes.ts";

const fail = errorsOf({
  TEST_BAD_PEER: { kind: "user", text: "{peer} is no address", remedy: "give one" },
  TEST_BAD_FILE: { kind: "config", text: "edge.yaml is broken", remedy: "mend it" },
});

const traffic = {
  sentPackets: 10,
  sentBytes: 1000,
  receivedPackets: 20,
  receivedBytes: 2000,
  hairpinPackets: 3,
  refusedPackets: 4,
  droppedPackets: 5,
  limitedPackets: 6,
};

const relay: AllocationStatus = {
  id: 7,
  client: { address: "2001:db8::9", port: 5000 },
  transport: "tls",
  role: "guest",
  user: "1999999999:guest:ann",
  relayTransport: "udp",
  relays: [{ address: "192.0.2.1", port: 24_000 }],
  createdAt: 1,
  expiresAt: 2,
  idleS: 4,
  permissions: [
    { address: "192.0.2.1", expiresAt: 3 },
    { address: "198.51.100.1", expiresAt: 3 },
  ],
  channels: [{ number: 0x4000, peer: { address: "192.0.2.1", port: 24_010 }, expiresAt: 3 }],
  requests: { allocate: 1 },
  responses: { success: 1 },
  counters: traffic,
};

const status: TurnStatus = {
  state: "active",
  startedAt: 1_700_000_000_000,
  realm: "turnpike",
  listening: [{ address: "192.0.2.1", port: 3478, transport: "udp" }],
  allocations: 3,
  allocationsByTransport: { udp: 1, tcp: 0, tls: 2 },
  allocationsByRole: { guest: 2, bridge: 1 },
  relays: 4,
  ports: [{ family: "ipv4", used: 4, free: 0, quarantined: 2, reserved: 1 }],
  connections: 2,
  requests: { allocate: 9 },
  responses: { success: 5, "401": 4 },
  silent: { junk: 8 },
  refusedPeers: { "not a public address": 1 },
  traffic,
  plane: {
    kind: "native",
    threads: 2,
    droppedUpwards: 7,
    runs: { sends: 100, packets: 900 },
    merged: { reads: 50, packets: 300 },
    fallbacks: { EIO: 8 },
    why: "the native addon is built",
  },
  cluster: [{ server: { address: "192.0.2.2", port: 3478 }, state: "unreachable", load: undefined }],
};

const verdict: PeerVerdict = {
  role: "guest",
  user: "ann",
  peer: { address: "::ffff:10.0.0.1", port: 0 },
  canonical: "10.0.0.1",
  allowed: false,
  rule: "not a public address",
};

/** A TURN server as its administrator sees it: what it was told, and fixed answers. */
function turnServer(told: unknown[] = []): TurnControl {
  return {
    status: async () => status,
    allocations: async () => [relay],
    why: async (credential, peer) => {
      if (credential !== "ann") throw fail("TEST_BAD_PEER", { peer });
      return verdict;
    },
    drain: async (on) => void told.push({ drain: on }),
    reload: async () => {
      throw fail("TEST_BAD_FILE");
    },
    restart: async () => ["TURN restarted"],
    end: async (id) => told.push({ end: id }) > 0,
  };
}

async function controlled(context: TestContext, turn: TurnControl) {
  const dir = mkdtempSync(join(tmpdir(), "turnpike-routes-"));
  const scope = new Scope();
  context.after(async () => {
    await scope.close();
    rmSync(dir, { recursive: true });
  });
  const socket = join(dir, "s");
  await startControl(scope, { socket }, { routes: turnRoutes(turn) }, memoryLog());
  return <T>(method: "GET" | "POST", path: string, body?: unknown) => callControl<T>(socket, method, path, body);
}

test("status, table and drill-down come as the TURN server gives them", async (context) => {
  const call = await controlled(context, turnServer());
  // JSON has no undefined: the load of a silent server is left out.
  assert.deepEqual(await call("GET", "/api/turn/status"), JSON.parse(JSON.stringify(status)));
  assert.deepEqual(await call("GET", "/api/turn/relays"), [relayRow(relay)]);
  assert.deepEqual(await call("GET", "/api/turn/relays/7"), relay);
});

test("media destinations are the peers of channels, then addresses that only have a permission", () => {
  assert.deepEqual(relayRow(relay).mediaDestinations, ["192.0.2.1:24010", "198.51.100.1"]);
  assert.equal(relayRow(relay).client, "[2001:db8::9]:5000");
});

test("a relay that is not there is not found, and nothing is ended", async (context) => {
  const told: unknown[] = [];
  const call = await controlled(context, turnServer(told));
  for (const id of ["8", "07", "7x", "-7"]) {
    await assert.rejects(call("GET", `/api/turn/relays/${id}`), { code: "ADMIN_NOT_FOUND" });
    await assert.rejects(call("POST", `/api/turn/relays/${id}/end`), { code: "ADMIN_NOT_FOUND" });
  }
  assert.deepEqual(told, []);
  assert.deepEqual(await call("POST", "/api/turn/relays/7/end"), { ended: true });
  assert.deepEqual(told, [{ end: 7 }]);
});

test("drain takes yes and no, and nothing else", async (context) => {
  const told: unknown[] = [];
  const call = await controlled(context, turnServer(told));
  assert.deepEqual(await call("POST", "/api/turn/drain", { on: true }), { state: "draining" });
  assert.deepEqual(await call("POST", "/api/turn/drain", { on: false }), { state: "active" });
  for (const body of [{}, { on: "yes" }, { on: true, off: true }, [], "on", null])
    await assert.rejects(call("POST", "/api/turn/drain", body), { code: "ADMIN_BAD_REQUEST" });
  assert.deepEqual(told, [{ drain: true }, { drain: false }]);
});

test("why answers with the verdict; refusals of the server arrive with their code and remedy", async (context) => {
  const call = await controlled(context, turnServer());
  assert.deepEqual(await call("POST", "/api/turn/why", { credential: "ann", peer: "::ffff:10.0.0.1" }), verdict);
  const wrong = call("POST", "/api/turn/why", { credential: "bob", peer: "nowhere" });
  await assert.rejects(wrong, { code: "TEST_BAD_PEER", message: "nowhere is no address", remedy: "give one" });
  await assert.rejects(call("POST", "/api/turn/why", { peer: "x" }), { code: "ADMIN_BAD_REQUEST" });
  await assert.rejects(call("POST", "/api/turn/reload"), { code: "TEST_BAD_FILE", kind: "config" });
});

test("metrics have every count of the status, and no name or address", async () => {
  const text = await metricsPage(turnMetrics(turnServer())).text();
  const samples = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  for (const line of [
    "turnpike_turn_up 1",
    "turnpike_turn_draining 0",
    "turnpike_turn_relays 4",
    "turnpike_turn_connections 2",
    'turnpike_turn_allocations{transport="tls"} 2',
    'turnpike_turn_allocations_by_role{role="guest"} 2',
    'turnpike_turn_relay_ports{family="ipv4",state="quarantined"} 2',
    'turnpike_turn_requests_total{method="allocate"} 9',
    'turnpike_turn_responses_total{code="401"} 4',
    'turnpike_turn_silent_total{cause="junk"} 8',
    'turnpike_turn_refused_peers_total{rule="not a public address"} 1',
    'turnpike_turn_packets_total{direction="to_client"} 20',
    'turnpike_turn_bytes_total{direction="to_peer"} 1000',
    'turnpike_turn_dropped_packets_total{cause="no_permission"} 4',
    'turnpike_turn_dropped_packets_total{cause="limited"} 6',
    "turnpike_turn_hairpin_packets_total 3",
    'turnpike_turn_cluster_servers{state="unreachable"} 1',
    'turnpike_turn_plane_threads{kind="native"} 2',
    "turnpike_turn_plane_dropped_upwards_total 7",
    'turnpike_turn_plane_runs_total{direction="out"} 100',
    'turnpike_turn_plane_run_packets_total{direction="in"} 300',
    'turnpike_turn_plane_fallbacks_total{error="EIO"} 8',
  ])
    assert.ok(samples.includes(line), line);
  assert.doesNotMatch(text, /ann|\d+\.\d+\.\d+\.\d+/);
});

test("docs/protocol/turn-metrics.md names each metric, and no other", async () => {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/protocol/turn-metrics.md"), "utf8");
  const listed = [...page.matchAll(/^\| `(turnpike_\w+)[^`]*` \| (?:gauge|counter) \|/gm)].map((match) => match[1]!);
  const { families, up } = turnMetrics(turnServer());
  assert.deepEqual(listed.toSorted(), [up!.name, ...families.map(({ name }) => name)].toSorted());
});
