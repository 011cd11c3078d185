import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { NOUNS } from "#api-schema";
import { Scope } from "#base";
import { ROUTES } from "./routes.ts";
import { testApi } from "./testing/world.ts";

const METHODS = ["GET", "POST", "PUT", "DELETE"] as const;

test("whatever is asked, the answer is never a fault of the server", async () => {
  await using scope = new Scope();
  const { send, make, calls, log } = await testApi(scope);
  const call = calls.addCall();
  const ids = [
    await make("coSpaces", "name=x&callId=123"),
    call.id,
    calls.addParticipant(call.id).id,
    randomUUID(),
    "x",
    "*",
    "%00",
  ];
  const word = fc.oneof(
    fc.constantFrom(...ids, "status", "usage", "accessMethods"),
    fc.string({ maxLength: 5 }).filter((text) => !/^\.{1,2}$/.test(text)),
  );
  const known = fc
    .tuple(fc.constantFrom(...ROUTES.map(({ path }) => path)), fc.constantFrom(...ids))
    .map(([path, id]) => path.replaceAll("*", id));
  const path = fc.oneof(
    known,
    known,
    fc.array(word, { maxLength: 4 }).map((words) => words.map(encodeURIComponent).join("/")),
  );
  const names = fc.constantFrom(
    ...[...NOUNS.values()].flatMap((noun) => noun.fields.map((field) => field.name)),
    "offset",
    "limit",
    "filter",
    "filterIds",
    "message",
  );
  const value = fc.oneof(
    fc.string(),
    fc.constantFrom("", "true", "5", "-1", "1e9", ...ids, "c2w://a:1", "a@b.c"),
    fc.string({ unit: "binary" }),
  );
  const body = fc.oneof(
    fc.array(fc.tuple(names, value), { maxLength: 4 }).map((pairs) => new URLSearchParams(pairs).toString()),
    fc.json(),
    fc
      .array(fc.tuple(names, value), { maxLength: 3 })
      .map((pairs) => `<a>${pairs.map(([name, text]) => `<${name}>${text}</${name}>`).join("")}</a>`),
    fc.string({ unit: "binary" }),
  );
  const accept = fc.constantFrom("*/*", "application/json", "text/xml", "");
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...METHODS), path, body, accept, async (method, where, text, accepted) => {
      const url = method === "GET" ? `${where}?${text.slice(0, 300).replace(/[^\w=&%-]/g, "")}` : where;
      const answer = await send(method, url, method === "GET" ? undefined : text, { accept: accepted });
      assert.ok(answer.status < 500, `${answer.status} ${answer.body}`);
      if (answer.status !== 200) assert.match(answer.body, /failureDetails/);
    }),
    { numRuns: 1500 },
  );
  assert.deepEqual(
    log.lines.filter(({ level }) => level === "error"),
    [],
  );
});
