import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { type Arrival, callStart, callView, legView, line, testReceiver, testWorld } from "./testing.ts";
import { wants } from "./webhook.ts";

function verified({ headers, body }: Arrival, secret: string): boolean {
  const [, t, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers["turnpike-signature"])) ?? [];
  return v1 === createHmac("sha256", secret).update(`${t}.${body}`).digest("hex");
}

test("a webhook is sent each record as signed JSON, one at a time and in order", async (context) => {
  const { scope, calls, insert, start, clock, events } = await testWorld(context);
  const receiver = await testReceiver(scope);
  receiver.state.answer = 204;
  await insert("webhook", { url: `http://127.0.0.1:${receiver.port}/hook`, secret: "hush hush" });
  await start();
  const [call, leg, at] = [callView('"\n\u2028</script>'), legView(), clock.now()];
  calls.tell({ type: "callStart", at, call });
  calls.tell({ type: "callLegUpdate", at, call, leg });
  await receiver.until(() => receiver.arrivals.length === 2);
  const [first, second] = receiver.arrivals.map(({ body }) => JSON.parse(body));
  assert.equal(first.type, "callStart");
  assert.equal(first.at, new Date(at).toISOString());
  assert.match(first.id, /^[0-9a-f-]{36}$/);
  assert.deepEqual([first.index, first.correlatorIndex, first.missing], [1, 0, undefined]);
  assert.equal(first.data.call.name, call.name);
  assert.deepEqual(second.data.callLeg.mediaPath, { link: "relay", peer: "198.51.100.7:5000", edge: "192.0.2.1" });
  assert.ok(receiver.arrivals.every((arrival) => verified(arrival, "hush hush")));
  assert.ok(!verified(receiver.arrivals[0]!, "other"));
  assert.match(String(receiver.arrivals[0]!.headers["turnpike-signature"]), new RegExp(`^t=${at / 1000},`));
  await line(events, "successfully connected to webhook 1");
});

test("a try that comes again has the same id and a new signature time", async (context) => {
  const { scope, calls, insert, start, clock, alarms } = await testWorld(context);
  const receiver = await testReceiver(scope);
  receiver.state.answer = 500;
  await insert("webhook", { url: `http://127.0.0.1:${receiver.port}/`, secret: "s" });
  await start();
  alarms.onChange(() => clock.advance(60_000));
  calls.tell(callStart());
  await receiver.until(() => receiver.arrivals.length === 2);
  const [first, second] = receiver.arrivals;
  assert.equal(first?.body, second?.body);
  assert.notEqual(first?.headers["turnpike-signature"], second?.headers["turnpike-signature"]);
  assert.ok(verified(second!, "s"));
  assert.deepEqual(
    [alarms.current()[0]?.type, alarms.current()[0]?.failureReason],
    ["webhookFailure", "internalServerError"],
  );
});

test("a webhook gets only the events that it asks for, none while disabled, and no signature without a secret", async (context) => {
  const { scope, calls, insert, start } = await testWorld(context);
  const receiver = await testReceiver(scope);
  const url = (path: string) => `http://127.0.0.1:${receiver.port}/${path}`;
  await insert("webhook", { url: url("ends"), events: "callEnd, callLegEnd" });
  await insert("webhook", { url: url("off"), enabled: false });
  await start();
  const call = callView();
  calls.tell(callStart());
  calls.tell({ type: "callEnd", at: 0, call, callLegsCompleted: 0, durationSeconds: 1 });
  await receiver.until(() => receiver.arrivals.length === 1);
  const [only] = receiver.arrivals;
  assert.deepEqual(
    [only?.path, JSON.parse(only?.body ?? "").type, JSON.parse(only?.body ?? "").index],
    ["/ends", "callEnd", 1],
  );
  assert.equal(only?.headers["turnpike-signature"], undefined);
});

for (const [events, type, expected] of [
  ["", "callStart", true],
  [" , ", "callStart", true],
  ["callStart", "callStart", true],
  ["callEnd ,callStart", "callStart", true],
  ["callEnd", "callStart", false],
] as const)
  test(`events "${events}" ${expected ? "take" : "leave out"} ${type}`, () =>
    assert.equal(wants(events, type), expected));
