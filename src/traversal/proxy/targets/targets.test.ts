import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { memoryLog, Scope, systemClock } from "#base";
import { createAuthority, fingerprintOf, issueServer } from "#certificates";
import { until } from "../testing/road.ts";
import type { Trust } from "./reach.ts";
import { type DnsSeam, resolveJoinHost } from "./resolve.ts";
import { type TargetRow, TargetSet } from "./target-set.ts";

const HOST = "join.example.com";
const [authority, stranger] = await Promise.all([createAuthority("inside"), createAuthority("stranger")]);
const certificate = await issueServer(authority, { names: [HOST] });
const trusted: Trust = { kind: "authorities", certificates: [authority.certificate] };
const TIMES = { probeFailedMs: 20, probeActiveMs: 40, resolveMs: 50, timeoutMs: 1000 };

async function bridge(t: TestContext, status = 200): Promise<{ server: Server; port: number }> {
  const server = createServer({ cert: certificate.certificate, key: certificate.key }, (_request, response) =>
    response.writeHead(status).end(),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, port: (server.address() as AddressInfo).port };
}

type Srv = Awaited<ReturnType<DnsSeam["srv"]>>[number];
const dns = (records: () => Srv[], addresses = ["127.0.0.1"]): DnsSeam => ({
  srv: async () => (records().length > 0 ? records() : Promise.reject(new Error("queryA ENOTFOUND"))),
  addresses: async () => addresses,
});
const srv = (port: number, priority = 10): Srv => ({ name: "wb.example.com", port, priority, weight: 5 });

function targets(t: TestContext, seam: DnsSeam, trust: Trust = trusted): TargetSet {
  const scope = new Scope();
  t.after(() => scope.close());
  return new TargetSet(scope, { joinHost: HOST, trust, dns: seam, clock: systemClock, log: memoryLog(), times: TIMES });
}

const inState = <S extends TargetRow["state"]>(set: TargetSet, count: number, state: S) =>
  until(`${count} targets are ${state}`, () => {
    const rows = set.rows().filter((row): row is Extract<TargetRow, { state: S }> => row.state === state);
    return rows.length === count && rows;
  });

async function portsTaken(set: TargetSet, times: number): Promise<number[]> {
  const ports: number[] = [];
  for (let i = 0; i < times; i++) {
    const socket = await set.connect();
    ports.push(socket.remotePort!);
    socket.destroy();
  }
  return ports;
}

test("SRV records name the targets; without any, the host's own addresses on 443 do", async () => {
  const records = [srv(8443), srv(9443, 20)];
  const found = await resolveJoinHost(
    HOST,
    dns(() => records),
  );
  assert.deepEqual(
    found.map(({ name, where, priority, weight }) => [name, where.port, priority, weight]),
    [
      ["wb.example.com", 8443, 10, 5],
      ["wb.example.com", 9443, 20, 5],
    ],
  );
  const plain = await resolveJoinHost(
    HOST,
    dns(() => [], ["10.0.0.1", "2001:db8::1"]),
  );
  assert.deepEqual(
    plain.map(({ name, where, priority, weight }) => [name, where.address, where.port, priority, weight]),
    [
      [HOST, "10.0.0.1", 443, 65536, 0],
      [HOST, "2001:db8::1", 443, 65536, 0],
    ],
  );
});

test("active targets of the best priority take turns; a failed one is skipped, and the next priority steps in", async (t) => {
  const [a, b, spare] = [await bridge(t), await bridge(t), await bridge(t)];
  const set = targets(
    t,
    dns(() => [srv(a.port), srv(b.port), srv(spare.port, 20)]),
  );
  await inState(set, 3, "active");
  assert.deepEqual(new Set(await portsTaken(set, 4)), new Set([a.port, b.port]));
  a.server.closeAllConnections();
  a.server.close();
  await inState(set, 1, "failed");
  assert.deepEqual(new Set(await portsTaken(set, 3)), new Set([b.port]));
  b.server.closeAllConnections();
  b.server.close();
  await inState(set, 2, "failed");
  assert.deepEqual(new Set(await portsTaken(set, 2)), new Set([spare.port]));
});

test("a target that answers 500 has failed, one that answers 404 is alive", async (t) => {
  const [broken, other] = [await bridge(t, 503), await bridge(t, 404)];
  const set = targets(
    t,
    dns(() => [srv(broken.port), srv(other.port)]),
  );
  const [row] = await inState(set, 1, "failed");
  assert.match(row!.lastError, /answered 503/);
  await inState(set, 1, "active");
});

test("a certificate of another authority, or of another name, is not trusted", async (t) => {
  const { port } = await bridge(t);
  const other = targets(
    t,
    dns(() => [srv(port)]),
    { kind: "authorities", certificates: [stranger.certificate] },
  );
  assert.match((await inState(other, 1, "failed"))[0]!.lastError, /verify|certificate/);
  await assert.rejects(other.connect(), { code: "CORE_WEB_BRIDGE_UNREACHABLE" });
});

test("a pinned certificate is trusted as it is, and no other", async (t) => {
  const { port } = await bridge(t);
  const pin = (pem: string): Trust => ({ kind: "pinned", fingerprints: [fingerprintOf(pem)] });
  await inState(
    targets(
      t,
      dns(() => [srv(port)]),
      pin(certificate.certificate),
    ),
    1,
    "active",
  );
  const [row] = await inState(
    targets(
      t,
      dns(() => [srv(port)]),
      pin(authority.certificate),
    ),
    1,
    "failed",
  );
  assert.match(row!.lastError, /not the pinned one/);
});

test("new records are taken up, and old ones outlive a resolver that fails", async (t) => {
  const [a, b] = [await bridge(t), await bridge(t)];
  let records = [srv(a.port)];
  let down = false;
  const seam: DnsSeam = {
    srv: async () => (down ? Promise.reject(new Error("ETIMEOUT")) : records),
    addresses: async () => (down ? Promise.reject(new Error("EAI_AGAIN")) : ["127.0.0.1"]),
  };
  const set = targets(t, seam);
  await inState(set, 1, "active");
  records = [srv(a.port), srv(b.port)];
  await inState(set, 2, "active");
  down = true;
  assert.equal((await portsTaken(set, 2)).length, 2);
});

test("a name that does not resolve is told as the reason", async (t) => {
  const set = targets(t, { srv: async () => [], addresses: () => Promise.reject(new Error("getaddrinfo ENOTFOUND")) });
  await assert.rejects(set.connect(), { code: "CORE_WEB_BRIDGE_UNREACHABLE", message: /ENOTFOUND/ });
});
