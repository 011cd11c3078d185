import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { z } from "zod";
import { parseConfig } from "#base";
import { attributes, Method } from "#stun";
import { turnSection } from "./config.ts";
import { codeOf, relayedOf } from "./raw-client.ts";
import { ANNA, BRIDGE, bridge, peerAddress, relayOptions, SECRET, world } from "./test-world.ts";

/** Faults that other TURN servers had, tried here with raw bytes. More of them stand beside the rules that they concern. */

const COOKIE = "2112a442";
const ID = "0102030405060708090a0b0c";

/** Name, and bytes that no server may answer, keep anything for, or fall over. */
const JUNK: readonly (readonly [name: string, hex: string])[] = [
  ["a message whose length is the largest there is (coturn #1844)", `0003fffc${COOKIE}${ID}`],
  ["a length that wraps 16 bits with the header (coturn #1964)", `0003fff0${COOKIE}${ID}${"00".repeat(16)}`],
  ["ChannelData that claims 65535 bytes (coturn #1844)", "4000ffff00"],
  ["an attribute that ends behind the message", `00030008${COOKIE}${ID}0006fff800000000`],
  [
    "an attribute at an odd place, behind an odd length (CVE-2026-40613)",
    `0003000d${COOKIE}${ID}0006000561616161610019000411`,
  ],
  ["a message cut in its header", `00030000${COOKIE}0102`],
  [
    "a DTLS ClientHello, which must cost nothing (GHSA-5x2p-4vqj-f6m4)",
    `16fefd000000000000000000360100002a000000000000002afefd${"00".repeat(40)}`,
  ],
  ["classic STUN without the cookie (RFC 3489)", `0001000000000000${ID}00000000`],
];

test("junk of every kind is met with silence, and the next client is served", async () => {
  await using w = await world();
  const client = await w.udp();
  for (const [name, hex] of JUNK) {
    await client.expectSilence(Buffer.from(hex, "hex"));
    assert.deepEqual(w.server.allocations(), [], name);
  }
  assert.deepEqual(w.server.status().silent, { junk: JUNK.length });
  relayedOf(await client.allocate(ANNA));
});

test("padding in answers is zero, whatever memory it had before (CVE-2020-4067)", async () => {
  for (const realm of ["r", "re", "rea", "real", "realm"]) {
    await using w = await world({ realm, users: [] });
    const client = await w.udp();
    for (let i = 0; i < 20; i++) Buffer.allocUnsafe(2000).fill(0xee);
    client.write(client.encode(Method.allocate));
    const bytes = await client.next();
    for (let at = 20; at < bytes.length; ) {
      const end = at + 4 + bytes.readUInt16BE(at + 2);
      const next = (end + 3) & ~3;
      assert.ok(bytes.subarray(end, next).every((byte) => byte === 0));
      at = next;
    }
  }
});

test("with its defaults the server reaches nothing of its own machine or network (CVE-2018-4058, Slack 2020)", async () => {
  const relay = relayOptions({ ipv4: { address: "127.0.0.2", advertised: "203.0.113.10" } });
  await using w = await world({ relay, allowPeers: { guest: [], bridge: [] } });
  for (const account of [ANNA, BRIDGE]) {
    const client = await w.udp();
    await client.allocate(account);
    for (const address of ["127.0.0.1", "0.0.0.0", "10.0.0.1", "172.31.255.255", "192.168.0.1", "169.254.169.254"])
      assert.equal(
        codeOf(await client.request(Method.createPermission, [peerAddress(address)], account)),
        403,
        address,
      );
  }
});

test("the ends of IPv6 prefixes are compared as numbers (coturn 6c13608c)", async () => {
  await using w = await world({ relay: relayOptions(), allowPeers: { guest: [], bridge: ["2001:db8:0:10::/60"] } });
  const rule = (address: string) => w.server.why("bridge", address).allowed;
  for (const [address, allowed] of [
    ["2001:db8:0:f:ffff:ffff:ffff:ffff", false],
    ["2001:db8:0:10::", true],
    ["2001:db8:0:1f:ffff:ffff:ffff:ffff", true],
    ["2001:db8:0:20::", false],
    ["2001:db7:ffff::1", true],
    ["2001:db9::1", true],
    ["fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false],
    ["fc00::", false],
    ["fe7f:ffff::1", true],
    ["fe80::", false],
  ] as const)
    assert.equal(rule(address), allowed, address);
});

test("a listener is refused before any prefix is allowed: the order of the rules (coturn b057acbe)", async () => {
  await using w = await world({ allowPeers: { guest: ["0.0.0.0/0"], bridge: ["0.0.0.0/0"] } });
  const { allowed, rule } = w.server.why("guest", `127.0.0.1:${w.at.port}`);
  assert.deepEqual([allowed, rule], [false, "a listener of this edge"]);
  assert.equal(w.server.why("guest", "127.0.0.1:9").allowed, true);
});

test("a prefix that cannot be read keeps the server from starting, and is named (coturn #1872)", () => {
  const schema = z.strictObject({ turn: turnSection });
  for (const prefix of ["10.0.0.0/33", "10.0.0", "10.0.0.0-10.0.0.9", "::/129", "internal"]) {
    const text = `turn: { listen: ["0.0.0.0"], relay: { address: 192.0.2.10 }, allowPeers: { bridge: ["${prefix}"] } }`;
    assert.throws(() => parseConfig("edge.yaml", text, schema), {
      code: "CONFIG_BAD_VALUE",
      message: /turn\.allowPeers\.bridge\.0/,
    });
  }
});

test("names from the wire are data: no query, format or line of a log (GHSA-4g7c-p5wg-j4hp, GHSA-v8hj-2xx7-xmp5)", async () => {
  await using w = await world();
  const names = [
    "'; DROP TABLE turnusers_lt; --",
    "%s%n%x",
    "a\r\nTURN allocation ended",
    "\u0000",
    "{{why}}",
    "\\x1b[2J",
  ];
  for (const username of names) {
    const client = await w.udp();
    assert.equal(codeOf(await client.allocate({ username, password: "x" })), 401);
    const { username: shortTerm, password } = bridge(username.replaceAll("\u0000", "0"));
    relayedOf(await client.allocate({ username: shortTerm, password }));
    await client.request(Method.refresh, [{ type: attributes.lifetime.type, encode: () => new Uint8Array(4) }], {
      username: shortTerm,
      password,
    });
  }
  const ended = w.lines.filter(({ event }) => event === "TURN allocation ended");
  assert.equal(ended.length, names.length, "one line each, whatever the name");
  assert.ok(ended.every((line) => JSON.stringify(line).split("\n").length === 1));
  const status = JSON.stringify(w.server.status());
  assert.ok(!status.includes("DROP") && !status.includes(SECRET));
});

test("what must not be guessed comes from the system's generator (coturn 11fc465f)", () => {
  const sources = globSync("**/*.ts", { cwd: import.meta.dirname }).filter(
    (file) => !/test|fuzz|coturn-world/.test(file),
  );
  assert.ok(sources.length > 40);
  const weak = sources.filter((file) => readFileSync(`${import.meta.dirname}/${file}`, "utf8").includes("Math.random"));
  assert.deepEqual(weak, []);
});
