import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import tls from "node:tls";
import { Scope, type TransportAddress } from "#base";
import { issueServer } from "#certificates";
import type { ConfigAnswer } from "#operations";
import { addUser } from "#turn";
import { askBinding, openTurnAllocation, shortTermCredentials } from "#turn-client";
import { until } from "#until";
import type { RelayRow } from "./index.ts";
import { authority, HOST, runningEdge, SECRET } from "./testing/running-edge.ts";

const bridge = (secret = SECRET) => shortTermCredentials(secret, "bridge", "cb1", Date.now() + 60_000);

/** Held while the configuration changes. */
async function held(scope: Scope, server: TransportAddress) {
  const lost: string[] = [];
  const allocation = await openTurnAllocation(scope, {
    server,
    transport: "udp",
    credentials: () => bridge(),
    onPacket: () => {},
    onLost: ({ code }) => lost.push(code),
  });
  return { allocation, lost };
}

test("a user added by the command line may allocate within seconds, and what is allocated lives on", async () => {
  await using scope = new Scope();
  const { dir, at } = await runningEdge(scope);
  const { lost } = await held(scope, at);
  const anna = { username: "anna", password: "anna-password" };
  const allowed = () =>
    askBinding(scope, { server: at, transport: "udp", credentials: () => anna }).then(
      () => true,
      () => false,
    );
  assert.equal(await allowed(), false);
  addUser(join(dir, "users"), "turnpike", anna.username, anna.password, "guest");
  await until(allowed, "anna is known");
  assert.deepEqual(lost, []);
});

test("a second secret is taken over beside the first, and the first is dropped when its line goes", async () => {
  await using scope = new Scope();
  const { put, at } = await runningEdge(scope);
  const works = (secret: string) =>
    askBinding(scope, { server: at, transport: "udp", credentials: () => bridge(secret) }).then(
      () => true,
      () => false,
    );
  put("turn", `the-next-secret\n${SECRET}\n`);
  await until(() => works("the-next-secret"), "the new secret works");
  assert.equal(await works(SECRET), true);
  put("turn", "the-next-secret\n");
  await until(async () => !(await works(SECRET)), "the old secret is refused");
});

test("a replaced certificate is shown to web and TURN clients, and a broken one leaves the old in use", async () => {
  await using scope = new Scope();
  const { put, web, log, dir, running } = await runningEdge(scope);
  const shown = (protocol: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = tls.connect(
        {
          ...{ host: web.address, port: web.port },
          servername: HOST,
          ca: authority.certificate,
          ALPNProtocols: [protocol],
        },
        () => {
          resolve(socket.getPeerX509Certificate()!.serialNumber);
          socket.destroy();
        },
      );
      socket.on("error", reject);
    });
  const before = await shown("http/1.1");
  put("web.pem", "broken");
  await assert.rejects(running.reload!(), { code: "CERTIFICATE_UNREADABLE" });
  assert.ok(
    log.lines.some(
      ({ event, fields }) => event === "configuration not taken over" && /web\.pem/.test(String(fields.why)),
    ),
  );
  assert.equal(await shown("http/1.1"), before);
  const next = await issueServer(authority, { names: [HOST] });
  writeFileSync(join(dir, "web.key"), next.key);
  writeFileSync(join(dir, "web.pem"), next.certificate);
  await until(async () => (await shown("http/1.1")) !== before, "the new certificate is shown");
  assert.equal(await shown("stun.turn"), await shown("http/1.1"));
});

test("reload takes over limits and peers, says what it did, and keeps what needs a restart for it", async () => {
  await using scope = new Scope();
  const { put, yaml, ask, at, running, status } = await runningEdge(scope);
  const { lost } = await held(scope, at);
  put("edge.yaml", yaml("  allowPeers: { guest: [10.0.0.0/8] }\n  limits: { allocations: 1 }"));
  const { changes } = await ask<{ changes: string[] }>("POST", "/api/turn/reload");
  assert.deepEqual(changes, ["turn: allowPeers", "turn: limits"]);
  const verdict = await running.turn.why("guest", "10.1.2.3:5000");
  assert.equal(verdict.allowed, true);
  const second = openTurnAllocation(scope, {
    server: at,
    transport: "udp",
    credentials: () => bridge(),
    onPacket: () => {},
    onLost: () => {},
  });
  await assert.rejects(second, { code: "TURN_CLIENT_REFUSED" });
  put("edge.yaml", yaml("  realm: other"));
  const told = await ask<{ readonly changes: readonly string[] }>("POST", "/api/turn/reload");
  assert.match(told.changes.join("; "), /turn\.realm: changed in the file, but needs a restart of TURN/);
  assert.equal((await status()).realm, "turnpike");
  put("edge.yaml", yaml("  limits: { allocations: none }"));
  await assert.rejects(ask("POST", "/api/turn/reload"), { code: "CONFIG_BAD_VALUE", message: /limits\.allocations/ });
  assert.deepEqual(lost, []);
});

test("a restart of TURN takes over the realm and ends what is there; one that cannot start leaves the former running", async () => {
  await using scope = new Scope();
  const { put, yaml, ask, at, status } = await runningEdge(scope);
  put("edge.yaml", yaml("  profile: expressway"));
  await ask("POST", "/api/turn/reload");
  const { needRestart } = await ask<ConfigAnswer>("GET", "/api/config");
  assert.deepEqual(needRestart, ["turn.realm"]);
  const { changes } = await ask<{ readonly changes: readonly string[] }>("POST", "/api/turn/restart");
  assert.ok(changes.includes("TURN restarted"));
  const now = await status();
  assert.deepEqual([now.realm, now.listening[0]!.port], ["TANDBERG", at.port]);
  await held(scope, at);
  assert.deepEqual((await ask<ConfigAnswer>("GET", "/api/config")).needRestart, []);
  put("edge.yaml", yaml().replace("address: 127.0.0.1, ports", "address: 203.0.113.7, ports"));
  await assert.rejects(ask("POST", "/api/turn/restart"), { code: "TURN_RELAY_ADDRESS" });
  assert.equal((await status()).realm, "TANDBERG");
  await held(scope, at);
});

test("a drained edge takes nobody new until it is told otherwise, and what is there can be ended by its id", async () => {
  await using scope = new Scope();
  const { ask, status, at } = await runningEdge(scope);
  const { lost } = await held(scope, at);
  await ask("POST", "/api/turn/drain", { on: true });
  assert.equal((await status()).state, "draining");
  await assert.rejects(held(scope, at), { code: "TURN_CLIENT_REFUSED" });
  await ask("POST", "/api/turn/drain", { on: false });
  const again = await held(scope, at);
  await again.allocation.close();
  const [row] = await ask<readonly RelayRow[]>("GET", "/api/turn/relays");
  await ask("POST", `/api/turn/relays/${row!.id}/end`);
  await until(async () => lost.length === 1, "the client is told");
  assert.equal((await status()).allocations, 0);
});

test("the port shared with the web is listed, and its TURN clients are shown with the way they came", async () => {
  await using scope = new Scope();
  const { status, ask, web, at } = await runningEdge(scope);
  assert.deepEqual(
    (await status()).listening.map(({ transport, port }) => [transport, port]),
    [
      ["udp", at.port],
      ["web", web.port],
    ],
  );
  for (const transport of ["tcp", "tls"] as const)
    await openTurnAllocation(scope, {
      server: web,
      transport,
      tls: { serverName: HOST, authorities: authority.certificate },
      credentials: () => bridge(),
      onPacket: () => {},
      onLost: () => {},
    });
  const rows = await ask<readonly RelayRow[]>("GET", "/api/turn/relays");
  assert.deepEqual(
    rows.map(({ protocol }) => protocol),
    ["tcp", "tls"],
  );
});
