import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import dgram from "node:dgram";
import { once } from "node:events";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Scope, type TransportAddress } from "#base";
import { attribute, attributes, Method, type StunMessage } from "#stun";
import { openTurnAllocation, shortTermCredentials, type TurnClientOptions } from "./index.ts";
import { ALLOCATED, type Answer, RELAYED, scriptedServer, USER } from "./scripted-server.ts";

function options(server: TransportAddress, lost: string[] = []): TurnClientOptions {
  return {
    server,
    transport: "udp",
    credentials: () => USER,
    onPacket: () => {},
    onLost: ({ code, detail }) => lost.push(`${code} ${detail}`),
  };
}

/** 401 without a signature, otherwise what `signed` says. */
const challenged =
  (signed: (request: StunMessage) => readonly Answer[]) =>
  (request: StunMessage): readonly Answer[] =>
    request.integrityAt === 0 ? [{ code: 401, nonce: "one" }] : signed(request);

test("a nonce that has become stale is replaced without anybody noticing", async () => {
  await using scope = new Scope();
  const nonces: string[] = [];
  const server = await scriptedServer(
    scope,
    challenged((request) => {
      if (request.method === Method.allocate) return [ALLOCATED];
      nonces.push(request.get(attributes.nonce)!);
      return request.get(attributes.nonce) === "two" ? [{}] : [{ code: 438, nonce: "two" }];
    }),
  );
  const allocation = await openTurnAllocation(scope, options(server));
  assert.deepEqual(allocation.relayed, RELAYED);
  await allocation.permit("192.0.2.1");
  assert.deepEqual(nonces, ["one", "two"]);
});

test("a success response without MESSAGE-INTEGRITY is as good as none", async () => {
  await using scope = new Scope();
  const forged = {
    ...ALLOCATED,
    unsigned: true,
    list: [attribute(attributes.xorRelayedAddress, { address: "198.51.100.66", port: 6 })],
  };
  const server = await scriptedServer(
    scope,
    challenged(() => [forged, ALLOCATED]),
  );
  const allocation = await openTurnAllocation(scope, options(server));
  assert.deepEqual(allocation.relayed, RELAYED);
});

test("a request that is lost is sent again after half a second", async () => {
  await using scope = new Scope();
  let requests = 0;
  const server = await scriptedServer(
    scope,
    challenged(() => (++requests === 1 ? [] : [ALLOCATED])),
  );
  await openTurnAllocation(scope, options(server));
  assert.equal(requests, 2);
});

test("credentials are asked for anew when they are refused, and the refusal is named when they are the same", async () => {
  await using scope = new Scope();
  const names: string[] = [];
  const server = await scriptedServer(
    scope,
    challenged((request) => {
      names.push(request.get(attributes.username)!);
      return request.get(attributes.username) === USER.username ? [ALLOCATED] : [{ code: 401, nonce: "one" }];
    }),
  );
  const given = [{ username: "expired", password: "x" }, USER];
  await openTurnAllocation(scope, { ...options(server), credentials: () => given.shift() ?? USER });
  assert.deepEqual(names, ["expired", USER.username]);
  const wrong = { ...options(server), credentials: () => ({ username: "wrong", password: "x" }) };
  await assert.rejects(openTurnAllocation(scope, wrong), {
    code: "TURN_CLIENT_UNAUTHORIZED",
    message: /ICE failure 4 \(unauthorized - check credentials\)/,
  });
});

test("a refusal carries method, code and reason", async () => {
  await using scope = new Scope();
  const server = await scriptedServer(
    scope,
    challenged(() => [{ code: 486 }]),
  );
  await assert.rejects(openTurnAllocation(scope, options(server)), {
    code: "TURN_CLIENT_REFUSED",
    message: /refused allocate: 486 scripted/,
  });
});

test("nobody behind the port is told at once, over UDP and over TCP", async () => {
  await using scope = new Scope();
  const closed = dgram.createSocket("udp4").bind(0, "127.0.0.1");
  await once(closed, "listening");
  const { port } = closed.address();
  closed.close();
  const server = { address: "127.0.0.1", port };
  for (const transport of ["udp", "tcp"] as const)
    await assert.rejects(openTurnAllocation(scope, { ...options(server), transport }), {
      code: "TURN_CLIENT_UNREACHABLE",
    });
});

test("an allocation that the server has forgotten is lost, with its code", async () => {
  await using scope = new Scope();
  const server = await scriptedServer(
    scope,
    challenged(({ method }) => (method === Method.allocate ? [ALLOCATED] : [{ code: 437 }])),
  );
  const lost: string[] = [];
  await openTurnAllocation(scope, options(server, lost));
  const deadline = Date.now() + 5000;
  while (lost.length === 0 && Date.now() < deadline) await delay(10);
  assert.match(lost[0] ?? "nothing", /^TURN_CLIENT_REFUSED .*437/);
});

test("closing gives the allocation back, and nobody is told that it was lost", async () => {
  await using scope = new Scope();
  const lifetimes: (number | undefined)[] = [];
  const server = await scriptedServer(
    scope,
    challenged((request) => {
      if (request.method === Method.allocate) return [ALLOCATED];
      lifetimes.push(request.get(attributes.lifetime));
      return [{ list: [attribute(attributes.lifetime, 0)] }];
    }),
  );
  const lost: string[] = [];
  const one = await openTurnAllocation(scope, options(server, lost));
  await one.close();
  assert.deepEqual(lifetimes, [0]);
  const owner = scope.child();
  await openTurnAllocation(owner, options(server, lost));
  await owner.close();
  const deadline = Date.now() + 2000;
  while (lifetimes.length < 2 && Date.now() < deadline) await delay(5);
  assert.deepEqual([lifetimes, lost], [[0, 0], []]);
});

test("short-term credentials are a MAC over expiry, role and id", () => {
  const { username, password } = shortTermCredentials("secret", "guest", "g:1", 1_700_000_000_999);
  assert.equal(username, "1700000000:guest:g:1");
  assert.equal(password, createHmac("sha1", "secret").update(username).digest("base64"));
});
