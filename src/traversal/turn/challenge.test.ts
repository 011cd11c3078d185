import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryLog, Scope } from "#base";
import { openNativePlane, openTypescriptPlane } from "#packet-plane";
import { attributes, Method, type StunMessage } from "#stun";
import { until } from "#until";
import { startTurnServer, type TurnServerOptions } from "./index.ts";
import { NONCE_BODY_AT } from "./nonce.ts";
import { codeOf, RawClient, relayedOf } from "./raw-client.ts";
import { ANSWERS_PER_SECOND } from "./refusal-budget.ts";
import { guest, testOptions, UDP } from "./test-world.ts";

const PLANES = { native: openNativePlane({ threads: 2 }), typescript: openTypescriptPlane };
const LISTEN: TurnServerOptions["listen"] = ["127.0.0.1", "::1"].map((address) => ({
  ...{ address, port: 0, transports: ["udp"] as const },
}));

/** A server that counts what its plane passes up, and what it answers by itself. */
async function counted(scope: Scope, kind: keyof typeof PLANES) {
  const count = { up: 0, challenged: 0 };
  const options = testOptions({ listen: LISTEN });
  const log = memoryLog();
  const server = await startTurnServer(options, scope, log, {
    plane: {
      open: (own, listener) =>
        PLANES[kind](own, {
          onPacket: (path, bytes) => {
            count.up++;
            listener.onPacket(path, bytes);
          },
          onChallenge: (client, answered) => {
            count.challenged++;
            listener.onChallenge?.(client, answered);
          },
        }),
      why: "the test counts",
    },
  });
  const [ipv4, ipv6] = server.listening;
  return { count, log, server, ipv4: ipv4!, ipv6: ipv6! };
}

/** Without what differs from request to request. */
function masked(answer: StunMessage): string {
  const bytes = Buffer.from(answer.bytes);
  bytes.fill(0, 8, 20);
  const nonce = answer.get(attributes.nonce)!;
  return bytes.toString("latin1").replace(nonce, nonce.slice(0, NONCE_BODY_AT));
}

test("a 401 is the same whoever answers, the packet plane or TypeScript", async () => {
  await using scope = new Scope();
  const native = await counted(scope, "native");
  const typescript = await counted(scope, "typescript");
  const answers: string[] = [];
  for (const at of [native.ipv4, native.ipv6, typescript.ipv4, typescript.ipv6])
    answers.push(masked(await (await RawClient.udp(scope, at)).challenge()));
  assert.deepEqual(answers, Array(4).fill(answers[0]));
  await until(() => native.count.challenged === 2);
  assert.deepEqual(
    [native.count, typescript.count],
    [
      { up: 0, challenged: 2 },
      { up: 2, challenged: 0 },
    ],
  );
  assert.deepEqual(native.server.status().requests, typescript.server.status().requests);
  assert.deepEqual(native.server.status().responses, typescript.server.status().responses);
});

test("a nonce of the plane is good for its client, and for no other", async () => {
  await using scope = new Scope();
  const { ipv4, ipv6, count } = await counted(scope, "native");
  for (const at of [ipv4, ipv6]) {
    const client = await RawClient.udp(scope, at);
    relayedOf(await client.allocate(guest("anna")));
    const other = await RawClient.udp(scope, at);
    await other.challenge();
    other.nonce = client.nonce;
    assert.equal(codeOf(await other.request(Method.allocate, [UDP], guest("anna"))), 438);
  }
  await until(() => count.challenged === 4);
  assert.equal(count.up, 4);
});

test("the plane leaves to TypeScript whoever holds an allocation, asks for anything else, or cannot be read", async () => {
  await using scope = new Scope();
  const { ipv4, count, server } = await counted(scope, "native");
  const holder = await RawClient.udp(scope, ipv4);
  await holder.allocate(guest("anna"));
  assert.equal(codeOf(await holder.challenge()), 401);
  const client = await RawClient.udp(scope, ipv4);
  for (const method of [Method.refresh, Method.binding, Method.channelBind])
    assert.equal(codeOf(await client.request(method)), 401);
  const bent = client.encode(Method.allocate, [UDP]);
  bent.writeUInt16BE(bent.length, 2);
  await client.expectSilence(bent);
  await until(() => count.challenged === 1);
  assert.equal(count.up, 7);
  assert.equal(server.status().silent.junk, 1);
});

test("one source has its answers of a second from the plane, and no more", async () => {
  await using scope = new Scope();
  const { ipv4, count, server } = await counted(scope, "native");
  const client = await RawClient.udp(scope, ipv4);
  const asked = 10 * ANSWERS_PER_SECOND;
  const beganAt = performance.now();
  for (let i = 0; i < asked; i++) client.write(client.encode(Method.allocate, [UDP]));
  await until(() => count.challenged === asked);
  // So many seconds may have begun meanwhile.
  const seconds = Math.floor((performance.now() - beganAt) / 1000) + 2;
  const { requests, responses, silent } = server.status();
  assert.equal(requests.allocate, asked);
  assert.equal(responses["401"]! + silent["401 budget"]!, asked);
  assert.ok(responses["401"]! <= seconds * ANSWERS_PER_SECOND, `${responses["401"]} answers`);
  await until(() => client.received.length === responses["401"]);
});

test("the plane leaves all to TypeScript while messages are logged", async () => {
  await using scope = new Scope();
  const { ipv4, count, server, log } = await counted(scope, "native");
  const client = await RawClient.udp(scope, ipv4);
  server.logMessages(true);
  await client.challenge();
  assert.deepEqual(
    log.lines.filter(({ event }) => event === "TURN message").map(({ fields }) => fields?.direction),
    ["in", "out"],
  );
  server.logMessages(false);
  await client.challenge();
  await until(() => count.challenged === 1);
  assert.equal(count.up, 1);
});

test("the plane does not answer while somebody is blocked: TypeScript knows whom to meet with silence", async () => {
  await using scope = new Scope();
  const { ipv4, ipv6, count, server } = await counted(scope, "native");
  server.block({ networks: ["127.0.0.1"], exempt: [] });
  const client = await RawClient.udp(scope, ipv4);
  client.write(client.encode(Method.allocate, [UDP]));
  await until(() => server.status().silent.blocked === 1);
  await (await RawClient.udp(scope, ipv6)).challenge();
  assert.deepEqual([client.received, count], [[], { up: 2, challenged: 0 }]);
  server.block({ networks: [], exempt: [] });
  await client.challenge();
  await until(() => count.challenged === 1);
});
