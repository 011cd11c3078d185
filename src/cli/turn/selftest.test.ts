import assert from "node:assert/strict";
import { test } from "node:test";
import type { Ask } from "#role-control";
import { parseWays, strays } from "./selftest.ts";

test("ways are transports with a port; anything else is named", () => {
  assert.deepEqual(parseWays("udp:3478, tcp:443,tls:443"), [
    { transport: "udp", port: 3478 },
    { transport: "tcp", port: 443 },
    { transport: "tls", port: 443 },
  ]);
  for (const [ways, way] of [
    ["udp:3478,dtls:1", "dtls:1"],
    ["udp", "udp"],
    ["tcp:0", "tcp:0"],
    ["tcp:70000", "tcp:70000"],
    ["", "nothing"],
  ] as const)
    assert.throws(() => parseWays(ways), { code: "SELFTEST_BAD_WAYS", message: new RegExp(`: ${way} is not`) });
});

test("strays are those of exactly this relay, not of one whose address or port ends alike", async () => {
  const rows = [
    { id: 1, relays: ["192.0.2.10:24000"] },
    { id: 2, relays: ["92.0.2.1:24000"] },
    { id: 3, relays: ["192.0.2.1:24000", "[2001:db8::1]:24000"] },
  ];
  const ask = (async (_method, path) =>
    path.endsWith("/relays") ? rows : { counters: { refusedPackets: Number(path.at(-1)) } }) as Ask;
  const count = strays(ask);
  assert.equal(await count({ address: "192.0.2.1", port: 24_000 }), 3);
  assert.equal(await count({ address: "2001:db8::1", port: 24_000 }), 3);
  assert.equal(await count({ address: "92.0.2.1", port: 24_000 }), 2);
  assert.equal(await count({ address: "192.0.2.1", port: 4000 }), undefined);
});
