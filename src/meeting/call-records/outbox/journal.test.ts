import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Item, QueueState } from "./item.ts";
import { JournalFile, readJournal } from "./journal.ts";

const item = (index: number): Item => ({
  index,
  correlatorIndex: index + 100,
  id: `id ${index}`,
  description: { type: "callStart", at: 1, element: "call", id: "c", fields: { name: "n", media: { codec: "opus" } } },
});

function place(context: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), "turnpike-journal-"));
  context.after(() => rmSync(dir, { recursive: true }));
  const file = join(dir, "queue.jsonl");
  return { file, journal: new JournalFile(file) };
}

const numbers = ({ last, done, lastCorrelator, items }: QueueState) => [
  last,
  done,
  lastCorrelator,
  items.map((one) => one.index),
];

test("a queue without a file is empty", async (context) => {
  const state = await readJournal(place(context).file);
  assert.deepEqual(numbers(state), [0, 0, -1, []]);
  assert.match(state.session, /^[0-9a-f-]{36}$/);
});

test("the state is what the lines say, from the last rewriting on", async (context) => {
  const { file, journal } = place(context);
  const { session } = await readJournal(file);
  await journal.rewrite({ session, last: 2, done: 0, lastCorrelator: 102, items: [item(1), item(2)] });
  await journal.append([{ item: item(3) }, { done: 1 }]);
  await journal.append([{ drop: 2 }, { item: item(4) }]);
  await journal.close();
  const state = await readJournal(file);
  assert.deepEqual(numbers(state), [4, 1, 104, [3, 4]]);
  assert.equal(state.session, session);
  assert.deepEqual(state.items[0], item(3));
  assert.equal(statSync(file).mode & 0o777, 0o600);
  await journal.rewrite({ ...state, items: [] });
  await journal.close();
  assert.deepEqual(numbers(await readJournal(file)), [4, 1, 104, []]);
  assert.equal(readFileSync(file, "utf8").split("\n").length, 2);
});

test("lines that are torn, garbage or not ours are passed over", async (context) => {
  const { file, journal } = place(context);
  await journal.append([{ item: item(1) }]);
  await journal.close();
  appendFileSync(
    file,
    '\0\0\nnull\n[]\n{"done":"1"}\n{"item":{"index":9}}\n{"__proto__":{"done":5}}\n{"item":{"index":2,"corr',
  );
  assert.deepEqual(numbers(await readJournal(file)), [1, 0, 101, [1]]);
});
