import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { parseConfig } from "#base";
import { adviseAddresses } from "./address-advice.ts";
import { turnSection } from "./config.ts";

const schema = z.strictObject({ turn: turnSection });
const read = (relay: string, listen = '["10.0.1.2", "192.0.2.10"]') =>
  parseConfig("edge.yaml", `turn: { listen: ${listen}, relay: { ${relay} }, sharedSecretFile: secret }`, schema).turn;
const advice = (relay: string, listen?: string) =>
  adviseAddresses(read(relay, listen), { address: "10.0.1.2", port: 2222 }).map(({ code }) => code);

for (const [relay, codes] of [
  ["address: 192.0.2.10", []],
  ["address: 10.0.2.2, advertised: 192.0.2.10", []],
  ["address: 10.0.2.2", ["TURN_RELAY_PRIVATE"]],
  ["address: 192.0.2.10, advertised: 192.168.7.7", ["TURN_RELAY_PRIVATE"]],
  ["address: 100.64.0.7", ["TURN_RELAY_PRIVATE"]],
  ["address: 10.0.2.2, allowPrivate: true", []],
  ["address: 10.0.1.2, advertised: 192.0.2.10", ["TURN_RELAY_INSIDE"]],
  ["address: 192.0.2.10, address6: fd00::7", ["TURN_RELAY_PRIVATE"]],
  ["address6: fd00::7, advertised6: 2001:db8::7", []],
] as const)
  test(`relays with ${relay}: ${codes.join() || "nothing to say"}`, () => assert.deepEqual(advice(relay), codes));

test("an edge with one interface has its relays where the tunnels come in, and that is well", () => {
  assert.deepEqual(advice("address: 10.0.1.2, advertised: 192.0.2.10", '["10.0.1.2"]'), []);
  assert.deepEqual(advice("address: 10.0.1.2, advertised: 192.0.2.10", '["0.0.0.0"]'), []);
});

test("the advice names the key to change", () => {
  const [error] = adviseAddresses(read("address: 10.0.2.2"), { address: "10.0.1.2", port: 2222 });
  assert.match(error!.message, /advertised at 10\.0\.2\.2, a private address/);
  assert.match(error!.remedy, /`turn\.relay\.advertised`.*`turn\.relay\.allowPrivate`/);
});

test("relays on all interfaces are refused: some of them are inside", () => {
  for (const relay of ["address: 0.0.0.0", "address6: '::'", "address: 192.0.2.10, advertised: 0.0.0.0"])
    assert.throws(() => read(relay), { code: "CONFIG_BAD_VALUE" });
});
