import assert from "node:assert/strict";
import { test } from "node:test";
import { parsePrefix } from "#base";
import type { TurnRole } from "./options.ts";
import { judgePeer, type PolicyFacts } from "./peer-policy.ts";

const RELAYS: Readonly<Record<string, TurnRole>> = {
  "203.0.113.10:24000": "bridge",
  "192.0.2.10:24000": "bridge",
  "203.0.113.10:24001": "guest",
};

const facts = (guest: string[] = [], bridge: string[] = []): PolicyFacts => ({
  ownAddresses: new Set(["203.0.113.10", "192.0.2.10", "10.0.1.2", "127.0.0.1", "5.6.7.8"]),
  isOwnSocket: ({ address, port }) => port === 3478 && ["203.0.113.10", "10.0.1.2"].includes(address),
  relayAddresses: new Set(["203.0.113.10", "192.0.2.10"]),
  relayHolder: ({ address, port }) => RELAYS[`${address}:${port}`],
  allowPeers: { guest: guest.map((text) => parsePrefix(text)!), bridge: bridge.map((text) => parsePrefix(text)!) },
});

/** Peer, and whether a guest and a bridge may reach it. */
const TABLE: readonly (readonly [address: string, port: number, guest: boolean, bridge: boolean])[] = [
  ["203.0.113.10", 24000, true, true],
  ["192.0.2.10", 24000, true, true],
  ["203.0.113.10", 24001, false, true],
  ["203.0.113.10", 0, true, true],
  ["203.0.113.10", 24002, false, false],
  ["203.0.113.10", 3478, false, false],
  ["10.0.1.2", 3478, false, false],
  ["5.6.7.8", 443, false, false],
  ["8.8.8.8", 0, false, true],
  ["8.8.8.8", 3478, false, true],
  ["127.0.0.1", 80, false, false],
  ["::ffff:127.0.0.1", 80, false, false],
  ["::127.0.0.1", 80, false, false],
  ["64:ff9b::7f00:1", 80, false, false],
  ["2002:7f00:1::1", 80, false, false],
  ["169.254.169.254", 80, false, false],
  ["192.168.1.1", 80, false, false],
  ["100.64.0.1", 80, false, false],
  ["0.0.0.0", 80, false, false],
  ["224.0.0.1", 80, false, false],
  ["255.255.255.255", 80, false, false],
  ["::", 80, false, false],
  ["::1", 80, false, false],
  ["fe80::1", 80, false, false],
  ["fd00::1", 80, false, false],
  ["2606:4700::1111", 80, false, true],
  ["not an address", 80, false, false],
];

for (const [address, port, guest, bridge] of TABLE)
  test(`${address} port ${port}: a guest ${guest ? "may" : "may not"}, a bridge ${bridge ? "may" : "may not"}`, () => {
    const verdicts = (["guest", "bridge"] as const).map((role) => judgePeer(facts(), role, { address, port }));
    assert.deepEqual(
      verdicts.map(({ allowed }) => allowed),
      [guest, bridge],
    );
    assert.ok(verdicts.every(({ rule }) => rule.length > 0));
  });

test("allowPeers opens a prefix to one role, but never a listener of this edge nor what is no host", () => {
  const open = facts(["10.0.0.0/8", "0.0.0.0/0"]);
  const allowed = (role: TurnRole, address: string, port: number) => judgePeer(open, role, { address, port }).allowed;
  assert.equal(allowed("guest", "10.0.0.10", 5000), true);
  assert.equal(allowed("bridge", "10.0.0.10", 5000), false);
  assert.equal(allowed("guest", "::ffff:10.0.0.10", 5000), true);
  assert.equal(allowed("guest", "10.0.1.2", 3478), false);
  assert.equal(allowed("guest", "0.0.0.0", 80), false);
  assert.equal(allowed("guest", "224.0.0.1", 80), false);
});

test("the verdict names its rule", () => {
  const rule = (role: TurnRole, address: string, port: number) => judgePeer(facts(), role, { address, port }).rule;
  assert.equal(rule("guest", "8.8.8.8", 1), "a guest reaches only relays of bridges");
  assert.equal(rule("bridge", "10.0.0.10", 1), "not a public address");
  assert.equal(rule("bridge", "10.0.1.2", 3478), "a listener of this edge");
});
