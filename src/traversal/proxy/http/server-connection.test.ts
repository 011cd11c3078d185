import assert from "node:assert/strict";
import { type Duplex, duplexPair } from "node:stream";
import { type TestContext, test } from "node:test";
import { Scope } from "#base";
import { until } from "#until";
import { PROXY_LIMITS } from "../limits.ts";
import type { Exchange } from "./exchange.ts";
import { HttpServer } from "./http-server.ts";
import type { Misbehaviour, ServerLimits } from "./server-contract.ts";

const GET = (path: string, more = "") => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;

/** A server that keeps its exchanges for the test to answer, and a client's end of one connection. */
function world(t: TestContext, limits: Partial<ServerLimits> = {}) {
  const scope = new Scope();
  t.after(() => scope.close());
  const exchanges: Exchange[] = [];
  const misbehaviours: Misbehaviour[] = [];
  const server = new HttpServer(scope, {
    limits: { ...PROXY_LIMITS, ...limits },
    request: (exchange) => void exchanges.push(exchange),
    misbehaved: (_stream, how) => void misbehaviours.push(how),
  });
  const [client, far] = duplexPair();
  server.accept(far);
  let text = "";
  client.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1");
  });
  client.on("error", () => {});
  const send = (bytes: string) => client.write(bytes, "latin1");
  return { scope, exchanges, misbehaviours, client, far, send, said: () => text };
}

const ended = (stream: Duplex) => stream.readableEnded || stream.destroyed;

test("requests that come together are answered one after the other, in their order", async (t) => {
  const w = world(t);
  w.send(GET("/1") + GET("/2") + GET("/3"));
  for (const number of [1, 2, 3]) {
    await until(() => w.exchanges.length === number, "the next one is there");
    assert.equal(w.exchanges[number - 1]!.head.target, `/${number}`);
    w.exchanges[number - 1]!.answer(200, [], `answer ${number}`);
  }
  await until(() => /answer 1.*answer 2.*answer 3/s.test(w.said()), "all are answered");
});

test("a client that does not read its answers gets no more of them, and what it asks early is not read on", async (t) => {
  const w = world(t, { requestsPerConnection: 0 });
  w.client.pause();
  const asked = 300;
  for (let i = 0; i < asked; i++) w.send(GET(`/${i}`, `X-Padding: ${"x".repeat(500)}\r\n`));
  let answered = 0;
  await until(() => {
    for (; answered < w.exchanges.length; answered++) w.exchanges[answered]!.answer(200, [], "y".repeat(15_000));
    return w.far.writableNeedDrain;
  }, "it is behind");
  assert.ok(answered < 20, `${answered} answers wait for it`);
  assert.ok(w.client.writableNeedDrain, "what it sends early waits with it");
  w.client.resume();
  await until(() => {
    for (; answered < w.exchanges.length; answered++) w.exchanges[answered]!.answer(200, [], "y");
    return answered === asked;
  }, "all are answered when it reads");
});

test("answers that are given at once do not pile up calls", async (t) => {
  const w = world(t);
  const { exchanges } = w;
  exchanges.push = (...given) => {
    for (const exchange of given) exchange.answer(200, [], "");
    return Array.prototype.push.apply(exchanges, given);
  };
  w.send(Array.from({ length: 900 }, (_, i) => GET(`/${i}`)).join(""));
  await until(() => exchanges.length === 900, "all are answered");
});

test("a head may come byte by byte, behind one empty line", async (t) => {
  const w = world(t);
  for (const byte of `\r\n${GET("/slow", "X-A: 1\r\n")}`) w.send(byte);
  await until(() => w.exchanges.length === 1, "it is there");
  assert.deepEqual(w.exchanges[0]!.head.headers, [
    ["host", "x"],
    ["x-a", "1"],
  ]);
});

test("an answer without a length is chunked, one to HEAD has no body, and neither can lie about its length", async (t) => {
  const w = world(t);
  w.send(GET("/"));
  await until(() => w.exchanges.length === 1, "it is there");
  w.exchanges[0]!.begin(200, [["transfer-encoding-is", "ours"]], undefined);
  w.exchanges[0]!.write(Buffer.from("abc"));
  w.exchanges[0]!.end();
  await until(() => w.said().endsWith("3\r\nabc\r\n0\r\n\r\n"), "it is answered");
  assert.match(w.said(), /transfer-encoding: chunked\r\n/);
  w.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
  await until(() => w.exchanges.length === 2, "it is there");
  w.exchanges[1]!.answer(200, [["content-length", "12"]], "");
  await until(() => /content-length: 12\r\n\r\n$/.test(w.said()), "it is answered");
});

test("connection: close of either side, and the last request of a connection, end it after the answer", async (t) => {
  for (const [limits, more, headers] of [
    [{}, "Connection: close\r\n", []],
    [{}, "", [["connection", "close"] as const]],
    [{ requestsPerConnection: 1 }, "", []],
  ] as const) {
    const w = world(t, limits);
    w.send(GET("/", more) + GET("/not-read"));
    await until(() => w.exchanges.length === 1, "it is there");
    w.exchanges[0]!.answer(200, headers, "bye");
    await until(() => ended(w.client), "the end");
    assert.match(w.said(), /connection: close\r\n\r\nbye$/);
    assert.equal(w.exchanges.length, 1);
  }
});

test("an answer while the body still comes ends the connection: its rest is not the next request", async (t) => {
  const w = world(t);
  w.send(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n${GET("/smuggled")}`);
  await until(() => w.exchanges.length === 1, "it is there");
  w.exchanges[0]!.answer(200, [], "enough");
  await until(() => ended(w.client), "the end");
  assert.equal(w.exchanges.length, 1);
});

test("a body waits for its reader, and reaches it whole", async (t) => {
  const w = world(t);
  const body = "x".repeat(300_000);
  w.send(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  await until(() => w.exchanges.length === 1, "it is there");
  let seen = 0;
  let done = false;
  w.exchanges[0]!.receive({
    data: (part) => {
      seen += part.length;
      w.scope.after(1, () => w.exchanges[0]!.resumeBody());
      return false;
    },
    end: () => {
      done = true;
    },
  });
  await until(() => done, "all of it is read");
  assert.equal(seen, body.length);
});

for (const [what, limits, bytes, status, how] of [
  ["a head that does not end", { headersMs: 60 }, "GET / HTTP/1.1\r\n", 408, "slow"],
  ["a body that does not end", { requestMs: 60 }, "POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nx", 408, "slow"],
  ["a head that is too long", { headerBytes: 100 }, GET("/".repeat(200)), 431, "http-malformed"],
  ["what is no request", {}, "hello\r\n\r\n", 400, "http-malformed"],
  ["a body framed twice", {}, GET("/", "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"), 400, "smuggling"],
  ["a chunk of no length", {}, GET("/", "Transfer-Encoding: chunked\r\n").concat("x\r\n"), 400, "smuggling"],
] as const)
  test(`${what} is answered with ${status}, told as ${how}, and ends the connection`, async (t) => {
    const w = world(t, { stallMs: 100, ...limits });
    w.send(bytes);
    await until(() => ended(w.client), "the end");
    assert.match(w.said(), new RegExp(`^HTTP/1.1 ${status} `));
    assert.equal(w.said().match(/HTTP\//g)!.length, 1);
    assert.deepEqual(w.misbehaviours, [how]);
  });

test("a connection that asks nothing, or nothing more, is closed without a word", async (t) => {
  const w = world(t, { headersMs: 60, keepAliveMs: 60 });
  await until(() => ended(w.client), "the end");
  assert.equal(w.said(), "");
  const again = world(t, { headersMs: 60, keepAliveMs: 60 });
  again.send(GET("/"));
  await until(() => again.exchanges.length === 1, "it is there");
  again.exchanges[0]!.answer(204, [], "");
  await until(() => ended(again.client), "the end");
  assert.match(again.said(), /^HTTP\/1.1 204 .*\r\n\r\n$/s);
});

test("whoever answers is told when the client is gone, and can do no harm then", async (t) => {
  const w = world(t);
  w.send(GET("/"));
  await until(() => w.exchanges.length === 1, "it is there");
  const [exchange] = w.exchanges;
  let gone = false;
  exchange!.watcher = {
    drained: () => {},
    gone: () => {
      gone = true;
    },
  };
  w.far.destroy();
  await until(() => gone, "it is told");
  exchange!.answer(200, [], "too late");
  exchange!.begin(200, [], undefined);
  exchange!.write(Buffer.from("x"));
  exchange!.end();
});

test("a WebSocket's first frames may come with its handshake", async (t) => {
  const w = world(t);
  w.send(`${GET("/", "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n")}frame`);
  await until(() => w.exchanges.length === 1, "it is there");
  assert.ok(w.exchanges[0]!.webSocket);
  const rest = w.exchanges[0]!.switchProtocols([["upgrade", "websocket"]]);
  assert.equal(rest.toString(), "frame");
  await until(() => w.said() === "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\n", "it is switched");
});
