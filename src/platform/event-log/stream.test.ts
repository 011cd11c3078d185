import assert from "node:assert/strict";
import { test } from "node:test";
import { eventStream, memoryEventLog } from "./index.ts";

test("a reader who comes back gets what it missed, then what comes, each line once", async () => {
  const events = memoryEventLog();
  for (const text of ["one", "two", "three"]) events.write("info", text);
  const abort = new AbortController();
  const heard: string[] = [];
  for await (const { text } of eventStream(events, abort.signal, { after: 1 })) {
    heard.push(text);
    if (text === "three") events.write("info", "four");
    if (text === "four") abort.abort();
  }
  assert.deepEqual(heard, ["two", "three", "four"]);
});

test("only lines that match are streamed, and an abort ends a reader that waits", async () => {
  const events = memoryEventLog();
  const abort = new AbortController();
  const stream = eventStream(events, abort.signal, { levels: ["error"] });
  const first = stream.next();
  events.write("info", "no");
  events.write("error", "yes");
  assert.equal((await first).value?.text, "yes");
  const second = stream.next();
  abort.abort();
  assert.equal((await second).done, true);
});

test("a reader that is 1000 lines behind is cut off after what was kept for it", async () => {
  const events = memoryEventLog();
  const stream = eventStream(events, new AbortController().signal);
  const first = stream.next();
  for (let i = 0; i < 1500; i++) events.write("info", `${i}`);
  await first;
  let count = 1;
  for await (const _ of stream) count++;
  assert.equal(count, 1000);
});
