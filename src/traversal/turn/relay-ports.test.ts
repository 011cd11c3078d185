import assert from "node:assert/strict";
import { test } from "node:test";
import { RelayPorts } from "./relay-ports.ts";

const first = () => 0;

test("a port that comes back rests for two minutes, unless all others are in use", () => {
  const ports = new RelayPorts(24000, 24002, first);
  const one = ports.take(0)!;
  ports.giveBack(one, 0);
  const [two, three] = [ports.take(1000), ports.take(1000)];
  assert.ok(two !== one && three !== one);
  assert.equal(ports.take(2000), one, "a refusal would be worse");
  assert.equal(ports.take(3000), undefined);
  ports.giveBack(one, 3000);
  assert.equal(ports.gauge(0).free, 0);
  assert.equal(ports.take(123_001), one);
});

test("every port is given once, whatever the random numbers", () => {
  const ports = new RelayPorts(24000, 24099, (below) => Math.floor(Math.random() * below));
  const taken = Array.from({ length: 100 }, () => ports.take(0));
  assert.equal(new Set(taken).size, 100);
  assert.equal(ports.take(0), undefined);
});

test("an even port leaves its odd sibling free, a reserving one takes it until the token has expired", () => {
  const ports = new RelayPorts(24001, 24004, first);
  assert.equal(ports.takeEven(0, true), 24002);
  assert.equal(ports.gauge(0).free, 2);
  assert.equal(ports.takeEven(0, true), undefined, "24004 has no sibling");
  assert.equal(ports.takeEven(0, false), 24004);
  ports.reserve("token", 24003, "anna", 0);
  assert.equal(ports.redeem("token", "otto", 1000), undefined);
  assert.equal(ports.redeem("token", "anna", 31_000), undefined, "expired");
  assert.equal(ports.gauge(0).free, 2);
  ports.reserve("other", 24003, "anna", 31_000);
  assert.equal(ports.redeem("other", "anna", 32_000), 24003);
  assert.equal(ports.redeem("other", "anna", 32_000), undefined, "once");
});

test("the gauge tells used, free, resting and reserved ports, which are all there are", () => {
  const ports = new RelayPorts(24000, 24009, first);
  const [one] = [ports.take(0)!, ports.take(0)];
  const even = ports.takeEven(0, true)!;
  ports.reserve("token", even + 1, "anna", 0);
  ports.giveBack(one, 0);
  assert.deepEqual(ports.gauge(1000), { used: 2, free: 6, quarantined: 1, reserved: 1 });
  assert.deepEqual(ports.gauge(121_000), { used: 2, free: 8, quarantined: 0, reserved: 0 });
});
