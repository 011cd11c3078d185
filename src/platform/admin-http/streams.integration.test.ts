import assert from "node:assert/strict";
import { EventEmitter, on } from "node:events";
import { test } from "node:test";
import type { AdminSources } from "./index.ts";
import { adminWorld, basic, OWN, refusal, type Sent, type World } from "./testing/admin-world.ts";

/** A stream of whatever the test emits, and how many read it. */
function newsSource() {
  const news = new EventEmitter();
  const readers = { count: 0 };
  const sources: AdminSources = {
    routes: [
      {
        method: "GET",
        path: "/api/news",
        async *stream({ query, lastEventId }, signal) {
          readers.count++;
          try {
            yield { id: "1", data: { hello: query.name, after: lastEventId } };
            for await (const [data] of on(news, "news", { signal })) yield { event: "news", data };
          } finally {
            readers.count--;
          }
        },
      },
    ],
  };
  return { news, readers, sources };
}

/** Its text, part by part, until it ends. */
async function open({ send }: World, sent: Sent) {
  const response = await send("/api/news?name=x", sent);
  const parts = response.setEncoding("utf8")[Symbol.asyncIterator]();
  let text = "";
  const until = async (pattern: RegExp) => {
    while (!pattern.test(text)) {
      const { done, value } = await parts.next();
      if (done) break;
      text += value;
    }
    assert.match(text, pattern);
  };
  const rest = async () => {
    for (let part = await parts.next(); !part.done; part = await parts.next()) text += part.value;
    return text;
  };
  return { response, until, rest };
}

test("events come as they happen, with line ends that cannot break them", async (context) => {
  const { news, readers, sources } = newsSource();
  const world = await adminWorld(context, { sources });
  const { response, until } = await open(world, { auth: basic(), headers: { "last-event-id": "7" } });
  assert.match(response.headers["content-type"]!, /^text\/event-stream/);
  await until(/^: connected\n\nid: 1\ndata: {"hello":"x","after":"7"}\n\n/);
  news.emit("news", "a\n\nevent: forged\ndata: 1");
  await until(/event: news\ndata: "a\\n\\nevent: forged\\ndata: 1"\n\n$/);
  assert.equal(readers.count, 1);
  assert.equal((await world.ask("/api/news", { auth: basic(), method: "HEAD" })).status, 404, "HEAD opens none");
  response.destroy();
  await settled(() => readers.count === 0);
});

test("a stream ends with its session, and cannot be opened without one", async (context) => {
  const { readers, sources } = newsSource();
  const world = await adminWorld(context, { sources });
  const cookie = await world.session();
  const { until, rest } = await open(world, { headers: { cookie } });
  await until(/hello/);
  await world.ask("/api/session", { method: "DELETE", headers: { cookie, ...OWN }, body: {} });
  assert.match(await rest(), /event: end\ndata: {"why":"signed out"}\n\n$/);
  assert.equal(readers.count, 0);
  assert.deepEqual(refusal(await world.ask("/api/news")), [401, "ADMIN_SIGN_IN"]);
});

test("a stream does not keep a session alive, and ends when it has been idle for too long", async (context) => {
  const { sources } = newsSource();
  const world = await adminWorld(context, { sources });
  const cookie = await world.session();
  world.clock.advance(29 * 60_000);
  const { until, rest } = await open(world, { headers: { cookie, accept: "text/event-stream" } });
  await until(/hello/);
  world.clock.advance(60_000);
  assert.match(await rest(), /event: end/);
});

test("a stream by Basic ends when the account goes", async (context) => {
  const { sources } = newsSource();
  const world = await adminWorld(context, { sources });
  const { until, rest } = await open(world, { auth: basic() });
  await until(/hello/);
  await world.update(() => []);
  assert.match(await rest(), /event: end/);
});

test("the server closes with streams open, and their readers are told", async (context) => {
  const { readers, sources } = newsSource();
  const world = await adminWorld(context, { sources });
  const { until, rest } = await open(world, { auth: basic() });
  await until(/hello/);
  const [text] = await Promise.all([rest(), world.scope.close()]);
  assert.match(text, /event: end\ndata: {"why":"server stops"}/);
  assert.equal(readers.count, 0);
});

async function settled(done: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!done()) {
    assert.ok(Date.now() < deadline, "the stream's source has not ended");
    await new Promise((resolve) => setImmediate(resolve));
  }
}
