import assert from "node:assert/strict";
import { test } from "node:test";
import { type Clock, systemClock } from "#base";
import { until } from "#until";
import { watchEndToEnd } from "./end-to-end.ts";
import { HOST, road } from "./testing/road.ts";

const soon = { everyMs: 50, againMs: 50 };

test("a join host that answers has a round trip, and the inside's clock is known to a second", async (t) => {
  const { scope, edgeEnd } = await road();
  t.after(() => scope.close());
  const hourBehind: Clock = { ...systemClock, now: () => systemClock.now() - 3600_000 };
  const options = { hosts: () => [HOST], openChannel: (host: string) => edgeEnd.openChannel(host), ...soon };
  const watch = watchEndToEnd(scope, { ...options, clock: systemClock });
  const behind = watchEndToEnd(scope, { ...options, clock: hourBehind });
  assert.deepEqual(watch.of(HOST), { state: "unknown" });
  await Promise.all([watch.check(), behind.check()]);
  const [here, there] = [watch.of(HOST), behind.of(HOST)];
  assert.ok(here.state === "active" && here.rttMs > 0 && Math.abs(here.skewMs!) < 2000, JSON.stringify(here));
  assert.ok(there.state === "active" && Math.abs(there.skewMs! - 3600_000) < 2000, JSON.stringify(there));
});

test("a clock that was ahead and is set right again: the difference is seen to be gone at once", async (t) => {
  const { scope, edgeEnd } = await road();
  t.after(() => scope.close());
  let aheadMs = 600_000;
  const clock: Clock = { ...systemClock, now: () => systemClock.now() + aheadMs };
  const watch = watchEndToEnd(scope, {
    hosts: () => [HOST],
    openChannel: (host) => edgeEnd.openChannel(host),
    clock,
    ...soon,
  });
  const skew = () => {
    const state = watch.of(HOST);
    return state.state === "active" ? Math.abs(state.skewMs!) : undefined;
  };
  await until(() => (skew() ?? 0) > 590_000, "the difference is seen");
  aheadMs = 0;
  await until(() => (skew() ?? Number.POSITIVE_INFINITY) < 10_000, "it is gone");
});

test("what breaks on the way is named: the Web Bridge, the tunnel; and it is seen when it is back", async (t) => {
  const { scope, edgeEnd, inside, core, startCore } = await road();
  t.after(() => scope.close());
  const openChannel = (host: string) => edgeEnd.openChannel(host);
  const watch = watchEndToEnd(scope, { hosts: () => [HOST], openChannel, clock: systemClock, ...soon });
  const code = () => {
    const state = watch.of(HOST);
    return state.state === "failed" ? state.code : state.state;
  };
  await until(() => code() === "active", "it answers");
  inside.stop();
  await until(() => code() === "CORE_WEB_BRIDGE_UNREACHABLE", "the Web Bridge is named");
  await core!.scope.close();
  await until(() => code() === "TUNNEL_NO_CONNECTION", "the tunnel is named");
  inside.server.listen(inside.port, "127.0.0.1");
  await startCore();
  await until(() => code() === "active", "it answers again");
});
