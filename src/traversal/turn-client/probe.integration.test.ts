import assert from "node:assert/strict";
import net from "node:net";
import { test } from "node:test";
import { Scope, type TransportAddress } from "#base";
import { attribute, attributes, Method, type StunMessage } from "#stun";
import { probeAllocation } from "./index.ts";
import { ALLOCATED, type Answer, RELAYED, scriptedServer, USER } from "./scripted-server.ts";

const probe = (scope: Scope, server: TransportAddress, transport: "udp" | "tcp" = "udp") =>
  probeAllocation(scope, { server, transport, credentials: () => USER });

test("a probe makes an allocation of short life with its credentials and gives it back", async () => {
  await using scope = new Scope();
  const said: string[] = [];
  const server = await scriptedServer(scope, (request) => {
    said.push(nameOf(request));
    if (request.integrityAt === 0) return [{ code: 401, nonce: "one" }];
    return request.method === Method.allocate ? [ALLOCATED] : [{ list: [attribute(attributes.lifetime, 0)] }];
  });
  const { rttMs, mapped, relayed } = await probe(scope, server);
  assert.ok(rttMs > 0 && rttMs < 500);
  assert.deepEqual([mapped, relayed], [{ address: "192.0.2.1", port: 1 }, RELAYED]);
  assert.deepEqual(said, ["allocate 30", "signed allocate 30", "signed refresh 0"]);
});

const refusals: [what: string, answer: readonly Answer[], code: string][] = [
  ["wrong credentials", [{ code: 401, nonce: "one" }], "TURN_CLIENT_UNAUTHORIZED"],
  ["a server that is full", [{ code: 508 }], "TURN_CLIENT_REFUSED"],
];
for (const [what, answer, code] of refusals)
  test(`${what}: the probe says ${code}`, async () => {
    await using scope = new Scope();
    const server = await scriptedServer(scope, ({ integrityAt }) =>
      integrityAt === 0 ? [{ code: 401, nonce: "one" }] : answer,
    );
    await assert.rejects(probe(scope, server), { code });
  });

test("a server that never answers is given up within 4 s", async () => {
  await using scope = new Scope();
  const server = await scriptedServer(scope, () => []);
  const startedAt = performance.now();
  await assert.rejects(probe(scope, server), { code: "TURN_CLIENT_TIMEOUT" });
  assert.ok(performance.now() - startedAt < 4500);
});

test("a port that nobody listens on is told at once", async () => {
  await using scope = new Scope();
  const closed = net.createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => closed.once("listening", resolve));
  const { port } = closed.address() as net.AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  await assert.rejects(probe(scope, { address: "127.0.0.1", port }, "tcp"), { code: "TURN_CLIENT_UNREACHABLE" });
});

test("a probe ends when its owner does", async () => {
  await using scope = new Scope();
  const server = await scriptedServer(scope, () => []);
  await using owner = new Scope();
  const probing = probe(owner, server);
  await owner.close();
  await assert.rejects(probing);
});

function nameOf(request: StunMessage): string {
  const method = request.method === Method.allocate ? "allocate" : "refresh";
  return `${request.integrityAt === 0 ? "" : "signed "}${method} ${request.get(attributes.lifetime)}`;
}
