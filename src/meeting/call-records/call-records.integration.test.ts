import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Scope } from "#base";
import { createAuthority, issueServer } from "#certificates";
import { callStart, callView, legView, line, readRecords, testReceiver, testWorld } from "./testing.ts";

const names = (records: Record<string, unknown>[]) => records.map((one) => (one.call as { name: string }).name);

test("a CDR receiver is sent each record in order, in the CMS's form", async (context) => {
  const { scope, calls, insert, start, events } = await testWorld(context);
  const receiver = await testReceiver(scope);
  await insert("cdrReceiver", { uri: `http://ann:p%40ss@127.0.0.1:${receiver.port}/cdr?token=1` });
  await start();
  const [call, leg, at] = [callView(), legView(), Date.UTC(2026, 1, 3, 4, 5, 6, 7)];
  calls.tell({ type: "callStart", at, call });
  calls.tell({ type: "callLegStart", at, call, leg });
  calls.tell({ type: "callLegEnd", at, call, leg, durationSeconds: 61, reason: "left" });
  calls.tell({ type: "callEnd", at, call, callLegsCompleted: 1, durationSeconds: 62 });
  await receiver.until(() => readRecords(receiver.arrivals).length === 4);
  const [first] = receiver.arrivals;
  assert.equal(first?.path, "/cdr?token=1");
  assert.equal(first?.headers.authorization, `Basic ${Buffer.from("ann:p@ss").toString("base64")}`);
  assert.equal(first?.headers["content-type"], "text/xml");
  assert.match(
    first?.body ?? "",
    /^<\?xml version="1.0"\?>\n<records session="[0-9a-f-]{36}" callBridge="a0570000-0000-4000-8000-000000000006">\n<record type="callStart" time="2026-02-03T04:05:06Z" recordIndex="1" correlatorIndex="0"><call id="c0a1e7f0-0000-4000-8000-000000000001"><name>Weekly<\/name><ownerName>Olga<\/ownerName><callType>coSpace<\/callType>/,
  );
  const [, started, ended, over] = readRecords(receiver.arrivals);
  assert.deepEqual(Object.entries(started!.callLeg as object).slice(0, 9), [
    ["displayName", "Ann"],
    ["remoteParty", "guest-8ae1"],
    ["remoteAddress", "198.51.100.7"],
    ["guestConnection", "true"],
    ["type", "acano"],
    ["subType", "webApp"],
    ["direction", "incoming"],
    ["call", call.id],
    ["state", "connected"],
  ]);
  const end = ended!.callLeg as Record<string, unknown>;
  assert.deepEqual([end.reason, end.durationSeconds, end.remoteTeardown], ["clientInitiatedTeardown", "61", "true"]);
  assert.deepEqual(end.rxAudio, { codec: "opus", packetStatistics: { packetLossPercentage: "0.5", jitter: "3" } });
  assert.deepEqual((end.txVideo as Record<string, unknown>).maxSizeWidth, "640");
  assert.deepEqual(over!.call, {
    callLegsCompleted: "1",
    callLegsMaxActive: "3",
    durationSeconds: "62",
    "@id": call.id,
  });
  assert.equal(over!["@recordIndex"], "4");
  assert.equal(over!["@correlatorIndex"], "3");
  await line(events, "successfully connected to CDR receiver 1");
});

test("records wait for a receiver that is down, with an alarm and lines that show no more than host and port", async (context) => {
  const { scope, calls, insert, start, events, alarms } = await testWorld(context);
  const first = await testReceiver(scope);
  await insert("cdrReceiver", { uri: "http://127.0.0.1:9/?x" });
  const { id } = await insert("cdrReceiver", { uri: `http://127.0.0.1:${first.port}/?token=hush` });
  await first.stop();
  await start();
  const raised = new Promise<void>((resolve) => alarms.onChange((alarm) => alarm.subject?.id === id && resolve()));
  for (let i = 1; i <= 120; i++) calls.tell(callStart(`${i}`));
  await raised;
  const alarm = alarms.current().find(({ subject }) => subject?.id === id);
  assert.deepEqual([alarm?.type, alarm?.failureReason], ["cdrConnectionFailure", "connectFailure"]);
  const second = await testReceiver(scope, { port: first.port });
  await second.until(() => readRecords(second.arrivals).length === 120);
  assert.deepEqual(
    names(readRecords(second.arrivals)),
    Array.from({ length: 120 }, (_, i) => `${i + 1}`),
  );
  const lines = events.lines.map(({ text }) => text).filter((text) => text.includes("receiver 2"));
  assert.deepEqual(lines[0], `unable to connect to CDR receiver 2 (127.0.0.1:${first.port})`);
  assert.doesNotMatch(JSON.stringify([alarms.current(), alarms.past(), events.lines]), /hush/);
});

for (const status of [500, 302, 204, 401])
  test(`an answer with ${status} is no acceptance: the same comes again until it is 200`, async (context) => {
    const { scope, calls, insert, start, alarms, events } = await testWorld(context);
    const receiver = await testReceiver(scope);
    receiver.state.answer = status;
    await insert("cdrReceiver", { uri: `http://127.0.0.1:${receiver.port}/cdr` });
    await start();
    calls.tell(callStart());
    await receiver.until(() => receiver.arrivals.length === 2);
    receiver.state.answer = 200;
    const cleared = new Promise<void>((resolve) => alarms.onChange((_, what) => what === "cleared" && resolve()));
    await cleared;
    assert.equal(new Set(receiver.arrivals.map(({ body, path }) => path + body)).size, 1);
    assert.match(events.lines[0]!.text, new RegExp(`refused records \\(HTTP status ${status}\\)`));
    assert.equal(events.lines.at(-1)!.text, "successfully connected to CDR receiver 1");
  });

test("what is dropped from a full queue is counted in the next record", async (context) => {
  const { scope, calls, insert, start } = await testWorld(context);
  const receiver = await testReceiver(scope);
  receiver.state.answer = 503;
  await insert("cdrReceiver", { uri: `http://127.0.0.1:${receiver.port}/` });
  const records = await start({ most: 10 });
  for (let i = 1; i <= 25; i++) calls.tell(callStart(`${i}`));
  assert.deepEqual(
    records.waiting().map(({ waiting }) => waiting),
    [10],
  );
  await receiver.until(() => receiver.arrivals.length >= 2);
  receiver.state.answer = 200;
  const [before] = [receiver.arrivals.length];
  await receiver.until(() => receiver.arrivals.length > before);
  calls.tell(callStart("after"));
  await receiver.until(() => names(readRecords(receiver.arrivals)).includes("after"));
  const taken = readRecords(receiver.arrivals.slice(-2));
  assert.deepEqual(
    [names(taken)[0], taken[0]!["@numPreceedingRecordsMissing"], taken[0]!["@recordIndex"]],
    ["16", "15", "16"],
  );
  assert.equal(taken.at(-1)!["@numPreceedingRecordsMissing"], undefined);
});

test("what waits survives a restart, under the same session and numbers", async (context) => {
  const { scope, calls, insert, start, folder } = await testWorld(context);
  const receiver = await testReceiver(scope);
  receiver.state.answer = 500;
  await insert("cdrReceiver", { uri: `http://127.0.0.1:${receiver.port}/` });
  const first = new Scope();
  await start({}, first);
  calls.tell(callStart("one"));
  await receiver.until(() => receiver.arrivals.length > 0);
  await first.close();
  const before = receiver.arrivals.splice(0);
  receiver.state.answer = 200;
  const again = await start();
  assert.equal(again.correlatorIndex(), 1);
  calls.tell(callStart("two"));
  await receiver.until(() => readRecords(receiver.arrivals).length === 2);
  assert.deepEqual(names(readRecords(receiver.arrivals)), ["one", "two"]);
  assert.equal(readRecords(receiver.arrivals)[1]!["@recordIndex"], "2");
  const session = (body = "") => /session="([^"]+)"/.exec(body)?.[1];
  assert.equal(session(receiver.arrivals[0]?.body), session(before[0]?.body));
  await again.flushed();
  assert.equal(readdirSync(folder).length, 1);
});

test("receivers are those of the storage at each moment; one that is removed takes its queue and alarm along", async (context) => {
  const { scope, calls, insert, start, storage, alarms, folder } = await testWorld(context);
  const receiver = await testReceiver(scope);
  const records = await start();
  calls.tell(callStart("nobody"));
  const { id } = await insert("cdrReceiver", { uri: "http://127.0.0.1:9/" });
  await records.flushed();
  const raised = new Promise<void>((resolve) => alarms.onChange(() => resolve()));
  calls.tell(callStart("one"));
  await raised;
  await storage.change((writer) => writer.update("cdrReceiver", id, { uri: `http://127.0.0.1:${receiver.port}/` }));
  await receiver.until(() => receiver.arrivals.length === 1);
  assert.deepEqual(names(readRecords(receiver.arrivals)), ["one"]);
  receiver.state.answer = 500;
  calls.tell(callStart("two"));
  await receiver.until(() => receiver.arrivals.length === 2);
  await storage.change((writer) => writer.remove("cdrReceiver", id));
  await records.flushed();
  assert.deepEqual([records.waiting(), alarms.current(), readdirSync(folder)], [[], [], []]);
});

test("over HTTPS only a receiver with a certificate of a known authority is sent anything", async (context) => {
  const { scope, calls, insert, start, alarms } = await testWorld(context);
  const authority = await createAuthority("test");
  const { certificate: cert, key } = await issueServer(authority, { names: ["localhost"], addresses: ["127.0.0.1"] });
  const receiver = await testReceiver(scope, { tls: { cert, key } });
  await insert("cdrReceiver", { uri: `https://127.0.0.1:${receiver.port}/` });
  const first = new Scope();
  const raised = new Promise<void>((resolve) => alarms.onChange(() => resolve()));
  await start({}, first);
  calls.tell(callStart());
  await raised;
  assert.match(alarms.current()[0]!.text, /certificate/);
  await first.close();
  assert.equal(receiver.arrivals.length, 0);
  await start({ ca: authority.certificate });
  await receiver.until(() => receiver.arrivals.length === 1);
});

test("names from guests come back from the XML as they were, without what XML cannot carry", async (context) => {
  const { scope, calls, insert, start } = await testWorld(context);
  const receiver = await testReceiver(scope);
  await insert("cdrReceiver", { uri: `http://127.0.0.1:${receiver.port}/` });
  await start();
  calls.tell(callStart(`</name><x a="1">&amp;<![CDATA[ ]]> 'é' 😀\r\n\t`));
  calls.tell(callStart("a\u0000b\u001b\ufffe\ud800c"));
  await receiver.until(() => readRecords(receiver.arrivals).length === 2);
  assert.deepEqual(names(readRecords(receiver.arrivals)), [
    `</name><x a="1">&amp;<![CDATA[ ]]> 'é' 😀\r\n\t`,
    "a\ufffdb\ufffd\ufffd\ufffdc",
  ]);
});

test("a queue that cannot be written raises an alarm, and records are sent all the same", async (context) => {
  const { scope, calls, insert, start, alarms, folder } = await testWorld(context);
  const receiver = await testReceiver(scope);
  const { id } = await insert("cdrReceiver", { uri: `http://127.0.0.1:${receiver.port}/` });
  const draft = join(folder, `cdrReceiver-${id}.jsonl.new`);
  mkdirSync(draft);
  const raised = new Promise<string>((resolve) => alarms.onChange((alarm) => resolve(alarm.type)));
  await start();
  assert.equal(await raised, "callRecordsNotStored");
  calls.tell(callStart());
  await receiver.until(() => receiver.arrivals.length === 1);
  rmSync(draft, { recursive: true });
  assert.equal(existsSync(draft), false);
});

test("a queue's file does not grow with what has been delivered", async (context) => {
  const { scope, calls, insert, start, folder } = await testWorld(context);
  const receiver = await testReceiver(scope);
  await insert("cdrReceiver", { uri: `http://127.0.0.1:${receiver.port}/` });
  const records = await start();
  for (let i = 1; i <= 3000; i++) calls.tell(callStart(`${i}`));
  await receiver.until(() => readRecords(receiver.arrivals).length === 3000);
  for (let i = 1; i <= 20; i++) {
    calls.tell(callStart(`${i}`));
    await records.flushed();
  }
  const [file = ""] = readdirSync(folder);
  assert.ok(readFileSync(join(folder, file), "utf8").split("\n").length < 1500);
});
