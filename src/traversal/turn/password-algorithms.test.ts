import assert from "node:assert/strict";
import { test } from "node:test";
import { attributes, Method, verifyIntegrity } from "#stun";
import { codeOf, relayedOf } from "./raw-client.ts";
import { algorithm, algorithms, appended, keyOf, OFFERED, rawAttribute, type Signing } from "./raw-signing.ts";
import { ANNA, BRIDGE, guest, UDP, world } from "./test-world.ts";

const SHA256 = 2;
const MD5 = 1;

for (const password of ["md5", "sha256"] as const)
  for (const integrity of ["sha1", "sha256"] as const)
    for (const hashed of [false, true])
      test(`a local user with a ${password} key signs with ${integrity}${hashed ? " as USERHASH" : ""}, and so is the answer`, async () => {
        await using w = await world();
        const client = await w.udp();
        client.signing = { password, integrity, hashed };
        relayedOf(await client.allocate(ANNA));
        assert.equal(w.server.allocations()[0]!.user, "anna");
        const clash = await client.request(Method.allocate, [UDP], ANNA);
        assert.equal(codeOf(clash), 437);
        assert.ok(verifyIntegrity(clash, keyOf(ANNA, client.realm, client.signing), integrity));
        const other = integrity === "sha1" ? clash.integritySha256At : clash.integrityAt;
        assert.equal(other, 0, "one generation, not both");
      });

test("short-term credentials are good with SHA-256 too, but a hash of their name leads to nobody", async () => {
  await using w = await world();
  const client = await w.udp();
  client.signing = { password: "sha256", integrity: "sha256" };
  relayedOf(await client.allocate(guest("g1")));
  const hidden = await w.udp();
  hidden.signing = { hashed: true };
  assert.equal(codeOf(await hidden.allocate(guest("g2"))), 401);
});

test("a 401 offers SHA-256 before MD5, and its nonce says so where nobody can change it unseen", async () => {
  await using w = await world();
  const answer = await (await w.udp()).challenge();
  const offered = answer.get(attributes.passwordAlgorithms)!;
  assert.deepEqual(
    offered.map(({ algorithm }) => algorithm),
    [SHA256, MD5],
  );
  // RFC 8489 9.2: cookie, then 24 bits in base64; bit 0 is password algorithms, bit 1 user name anonymity.
  const nonce = answer.get(attributes.nonce)!;
  assert.equal(nonce.slice(0, 9), "obMatJos2");
  assert.deepEqual([...Buffer.from(nonce.slice(9, 13), "base64")], [0xc0, 0, 0]);
});

/** RFC 8489 9.2.1: what somebody on the path makes of the list, to have the weaker algorithm used. */
const BIDS: Readonly<Record<string, Signing>> = {
  "a shortened list": { choice: [algorithms(MD5), algorithm(MD5)] },
  "a list in another order": { choice: [algorithms(MD5, SHA256), algorithm(MD5)] },
  "an empty list": { choice: [algorithms(), algorithm(MD5)] },
  "a choice without the list": { choice: [algorithm(SHA256)], password: "sha256" },
  "the list without a choice": { choice: [OFFERED] },
  "a choice that was not offered": { choice: [OFFERED, algorithm(7)] },
  "a list that cannot be read": { choice: [rawAttribute(attributes.passwordAlgorithms, "000200ff"), algorithm(MD5)] },
};

for (const [what, signing] of Object.entries(BIDS))
  test(`bid-down: ${what} gets 400 and no relay`, async () => {
    await using w = await world();
    const client = await w.udp();
    client.signing = signing;
    assert.equal(codeOf(await client.allocate(ANNA)), 400);
    assert.deepEqual(w.server.allocations(), []);
  });

test("bid-down: a nonce without the feature bits is none of ours", async () => {
  await using w = await world();
  const client = await w.udp();
  await client.challenge();
  client.nonce = client.nonce.slice(13);
  assert.equal(codeOf(await client.request(Method.allocate, [UDP], ANNA)), 438);
});

test("the list with MD5 chosen is as good as neither attribute", async () => {
  await using w = await world();
  for (const signing of [{ choice: [OFFERED, algorithm(MD5)] }, {}]) {
    const client = await w.udp();
    client.signing = signing;
    relayedOf(await client.allocate(ANNA));
  }
});

test("of two integrities the SHA-256 one counts: a good HMAC-SHA1 does not help a bad one", async () => {
  await using w = await world();
  const client = await w.udp();
  await client.challenge();
  const bytes = client.encode(Method.allocate, [UDP], ANNA);
  const bad = rawAttribute(attributes.messageIntegritySha256, "00".repeat(32));
  assert.equal(codeOf(await client.exchange(appended(bytes, [bad]))), 401);
  assert.deepEqual(w.server.allocations(), []);
});

test("431: a wrong password is called so where that is configured, with what a second try needs", async () => {
  await using w = await world({ wrongPasswordCode: 431 });
  for (const account of [ANNA, BRIDGE, guest("g1")]) {
    const client = await w.udp();
    const refused = await client.allocate({ ...account, password: "wrong" });
    assert.deepEqual(refused.get(attributes.errorCode), { code: 431, reason: "Integrity Check Failure" });
    assert.equal(refused.get(attributes.realm), "turnpike");
    relayedOf(await client.request(Method.allocate, [UDP], account));
  }
});
