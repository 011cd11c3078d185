import assert from "node:assert/strict";
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Scope, type TurnpikeError } from "#base";
import { type EventEntry, formatLine, writeAlarmLines } from "./index.ts";
import { testEventLog } from "./testing.ts";

const texts = (entries: readonly EventEntry[]) => entries.map(({ text }) => text);

test("a line is found again after a restart, and the numbers go on", async (context) => {
  const { open } = testEventLog(context);
  const first = new Scope();
  const before = await open("{}", first);
  before.write("info", "one");
  before.write("warning", "two");
  await first.close();
  const events = await open();
  events.write("error", "three");
  const found = await events.query({});
  assert.deepEqual(texts(found), ["one", "two", "three"]);
  assert.deepEqual(
    found.map(({ sequence }) => sequence),
    [1, 2, 3],
  );
});

test("a line has the form of the CMS, one line each, whatever is in a name", () => {
  const entry = { sequence: 1, at: Date.UTC(2026, 1, 3, 4, 5, 6, 7), level: "warning", subsystem: "general" } as const;
  const text = 'participant "a\r\n2026-02-03\t\u2028\u202ex" joined';
  assert.equal(
    formatLine({ ...entry, text }),
    '2026-02-03\t04:05:06.007\tWarning\tparticipant "a\\r\\n2026-02-03\\t\\u2028\\u202ex" joined',
  );
  assert.match(formatLine({ ...entry, level: "error", subsystem: "ice", text: "x" }), /\tError\tice: x$/);
});

test("a torn last line is dropped, and garbage between lines is passed over", async (context) => {
  const { folder, open } = testEventLog(context);
  const first = new Scope();
  (await open("{}", first)).write("info", "one");
  await first.close();
  const file = join(folder, readdirSync(folder)[0]!);
  appendFileSync(file, '\0\0garbage\n{"sequence":2,"at":1,"le');
  const second = new Scope();
  const events = await open("{}", second);
  events.write("info", "two");
  assert.deepEqual(texts(await events.query({})), ["one", "two"]);
  await second.close();
  assert.equal(
    readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line.includes('"sequence":2')).length,
    1,
  );
});

test("files are rotated by size, and only so many are kept", async (context) => {
  const { folder, open } = testEventLog(context);
  const scope = new Scope();
  const events = await open("{ maxBytes: 65536, files: 3 }", scope);
  for (let i = 1; i <= 4000; i++) events.write("info", `line ${i} ${"x".repeat(40)}`);
  await scope.close();
  const files = readdirSync(folder);
  assert.equal(files.length, 3);
  for (const file of files) assert.ok(statSync(join(folder, file)).size <= 65536);
  assert.equal(statSync(join(folder, files[0]!)).mode & 0o777, 0o600);
  const again = await open("{ maxBytes: 65536, files: 3 }");
  const latest = await again.query({ limit: 1 });
  assert.equal(latest[0]!.sequence, 4000);
  const older = await again.query({ before: 3501, limit: 5000 });
  assert.equal(older.at(-1)!.sequence, 3500);
  assert.ok(older.length > 300 && older.every((entry, i) => i === 0 || entry.sequence === older[i - 1]!.sequence + 1));
});

test("a query asks by level, text, time and number", async (context) => {
  const { open, clock } = testEventLog(context);
  const events = await open();
  events.write("info", "call 1: began");
  clock.advance(1000);
  const from = clock.now();
  events.write("warning", "call 1: ICE failure 4");
  events.write("error", "no storage");
  clock.advance(1000);
  events.write("info", "CALL 2: began");
  assert.deepEqual(texts(await events.query({ levels: ["warning", "error"] })), [
    "call 1: ICE failure 4",
    "no storage",
  ]);
  assert.deepEqual(texts(await events.query({ text: "Call" })), [
    "call 1: began",
    "call 1: ICE failure 4",
    "CALL 2: began",
  ]);
  assert.deepEqual(texts(await events.query({ from, to: from })), ["call 1: ICE failure 4", "no storage"]);
  assert.deepEqual(texts(await events.query({ after: 1, before: 4, limit: 1 })), ["no storage"]);
});

test("secrets are blanked, also in what is stored", async (context) => {
  const { open, folder } = testEventLog(context);
  const scope = new Scope();
  const events = await open("{}", scope);
  const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";
  events.write("info", `GET /meeting/123?secret=V_diBH_9ARvojUzOOy38Cg&x=1 token ${jwt}`);
  events.write(
    "info",
    `{"password":"hunter 2","sharedSecret": 'abc'} Authorization: Basic dXNlcjpw ldap://cn:pw9@host/`,
  );
  events.write("warning", "call 7: ICE failure 4 (unauthorized - check credentials)");
  const found = texts(await events.query({}));
  await scope.close();
  assert.equal(found[0], "GET /meeting/123?secret=[hidden]&x=1 token [hidden]");
  assert.equal(
    found[1],
    '{"password":[hidden],"sharedSecret": [hidden]} Authorization: [hidden] ldap://[hidden]@host/',
  );
  assert.equal(found[2], "call 7: ICE failure 4 (unauthorized - check credentials)");
  assert.doesNotMatch(
    readFileSync(join(folder, readdirSync(folder)[0]!), "utf8"),
    /hunter|V_diBH|abc'|pw9|dXNlcjpw|eyJ/,
  );
});

test("with privacy, addresses are shortened wherever they stand", async (context) => {
  const { open } = testEventLog(context);
  const events = await open("{ privacy: true }");
  events.write("info", "192.0.2.77: API user [2001:db8:1:2:3::4]:443, ::ffff:192.0.2.9. (fe80::1) 198.51.100.7:80.");
  events.write("info", "at 12:34:56 std::dead version 1.2.3 10.0.0.0/8 2001:db8::/32 http://192.0.2.5/x");
  assert.deepEqual(texts(await events.query({})), [
    "192.0.2.0/24: API user [2001:db8:1::/48]:443, 192.0.2.0/24. (fe80:0:0::/48) 198.51.100.0/24:80.",
    "at 12:34:56 std::dead version 1.2.3 10.0.0.0/8 2001:db8::/32 http://192.0.2.0/24/x",
  ]);
});

test("a full disk raises an alarm, lines stay readable, and are stored once there is room", async (context) => {
  const { open, folder, alarms } = testEventLog(context);
  mkdirSync(folder);
  const file = join(folder, "events-000000000001.jsonl");
  symlinkSync("/dev/full", file);
  const scope = new Scope();
  const raised = Promise.withResolvers<string>();
  alarms.onChange((alarm, what) => what === "raised" && raised.resolve(`${alarm.type}: ${alarm.text}`));
  const events = await open("{}", scope);
  for (let i = 1; i <= 5003; i++) events.write("info", `line ${i}`);
  assert.match(await raised.promise, /^eventLogNotStored: .*ENOSPC/);
  const held = await events.query({ limit: 5000 });
  assert.deepEqual(texts(held).slice(0, 2), [
    "4 lines of the event log are missing here: they could not be stored",
    "line 5",
  ]);
  rmSync(file);
  await scope.close();
  assert.deepEqual(alarms.current(), []);
  const again = await (await open()).query({ limit: 5000 });
  assert.deepEqual(again, held);
});

test("a folder that cannot be read stops the start with its name", async (context) => {
  const { open, folder } = testEventLog(context);
  writeFileSync(folder, "");
  await assert.rejects(open(), (error: TurnpikeError) => {
    assert.equal(error.code, "EVENT_LOG_UNREADABLE");
    return error.message.includes(folder);
  });
});

test("a follower hears each line; one that throws harms neither the writer nor the others", async (context) => {
  const { open, log } = testEventLog(context);
  const events = await open();
  const heard: string[] = [];
  events.follow(() => {
    throw new Error("follower");
  });
  const stop = events.follow((entry) => heard.push(entry.text));
  events.write("info", "one");
  stop();
  events.write("info", "two");
  assert.deepEqual(heard, ["one"]);
  assert.ok(log.lines.some(({ event }) => event.includes("follower")));
});

test("alarms become lines", async (context) => {
  const { open, alarms, scope } = testEventLog(context);
  const events = await open();
  writeAlarmLines(scope, alarms, events);
  alarms.raise({ type: "webhookFailure", text: "hook 1 is down", remedy: "" });
  alarms.clear("webhookFailure");
  alarms.raise({ type: "storageUnreadable", text: "gone", remedy: "" });
  assert.deepEqual(
    (await events.query({})).map(({ level, text }) => [level, text]),
    [
      ["warning", "alarm webhookFailure raised: hook 1 is down"],
      ["info", "alarm webhookFailure cleared: hook 1 is down"],
      ["error", "alarm storageUnreadable raised: gone"],
    ],
  );
});
