import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock, Scope, type TurnpikeError } from "#base";
import { memoryEventLog } from "./index.ts";
import { Tracer } from "./tracer.ts";

test("a subsystem writes its details only while it is traced", () => {
  const events = memoryEventLog(new ManualClock());
  const never = () => assert.fail("the text was made for nothing");
  events.trace("ice", never);
  events.setTracing("ice", 10);
  events.trace("ice", () => "pair nominated");
  events.trace("dns", never);
  events.setTracing("ice", 0);
  events.trace("ice", never);
  assert.deepEqual(
    events.lines.map(({ subsystem, text }) => [subsystem, text]),
    [
      ["general", 'detailed tracing of "ice" enabled for 10 minutes'],
      ["ice", "pair nominated"],
      ["general", 'detailed tracing of "ice" disabled (switched off)'],
    ],
  );
});

test("tracing ends by itself, and says so", (context) => {
  context.mock.timers.enable({ apis: ["setInterval", "setTimeout"] });
  const said: string[] = [];
  const clock = new ManualClock(0);
  const tracer = new Tracer(new Scope(), clock, (text) => said.push(text));
  tracer.set("ice", 1);
  tracer.set("ice", 2);
  assert.equal(tracer.list().find(({ subsystem }) => subsystem === "ice")?.until, 120_000);
  context.mock.timers.tick(119_999);
  assert.equal(tracer.isOn("ice"), true);
  context.mock.timers.tick(1);
  assert.equal(tracer.isOn("ice"), false);
  assert.equal(said.at(-1), 'detailed tracing of "ice" disabled (its time is over)');
  context.mock.timers.tick(600_000);
  assert.equal(said.length, 3);
});

for (const [subsystem, minutes, code] of [
  ["sip", 10, "EVENT_LOG_NO_SUCH_SUBSYSTEM"],
  ["__proto__", 10, "EVENT_LOG_NO_SUCH_SUBSYSTEM"],
  ["ice", 1441, "EVENT_LOG_BAD_DURATION"],
  ["ice", -1, "EVENT_LOG_BAD_DURATION"],
  ["ice", Number.NaN, "EVENT_LOG_BAD_DURATION"],
] as const)
  test(`tracing "${subsystem}" for ${minutes} minutes is refused`, () => {
    const refused = (error: TurnpikeError) => error.code === code;
    assert.throws(() => memoryEventLog().setTracing(subsystem, minutes), refused);
  });
