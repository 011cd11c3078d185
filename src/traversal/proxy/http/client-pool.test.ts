import assert from "node:assert/strict";
import { type Duplex, duplexPair } from "node:stream";
import { type TestContext, test } from "node:test";
import { Scope } from "#base";
import { until } from "#until";
import type { Header } from "../passage.ts";
import type { AnswerSink } from "./client-connection.ts";
import { ClosedUnanswered, LateAnswer } from "./client-connection.ts";
import { ClientPool, type OutgoingRequest } from "./client-pool.ts";

const LIMITS = { headerBytes: 1_000, answerMs: 5_000, idleMs: 5_000 };

/** A pool, and the far ends of the connections that it opens. */
function world(t: TestContext, limits: Partial<typeof LIMITS> & { connections?: number } = {}) {
  const scope = new Scope();
  t.after(() => scope.close());
  const far: Duplex[] = [];
  const heard: string[] = [];
  const { connections = 10, ...rest } = limits;
  const connect = async () => {
    const [near, other] = duplexPair();
    const index = far.push(other) - 1;
    heard[index] = "";
    other.on("error", () => {});
    other.on("data", (chunk: Buffer) => {
      heard[index] += chunk.toString("latin1");
    });
    return near;
  };
  const pool = new ClientPool(scope, { connect, connections, limits: { ...LIMITS, ...rest } });
  return { scope, pool, far, heard };
}

class Asked implements OutgoingRequest, AnswerSink {
  readonly method: string;
  readonly head: string;
  status = 0;
  headers: Header[] = [];
  text = "";
  over = false;
  error: Error | undefined;
  constructor(method = "GET") {
    this.method = method;
    this.head = `${method} / HTTP/1.1\r\n\r\n`;
  }
  get sink() {
    return this;
  }
  answered(status: number, headers: Header[], body: Buffer | undefined): void {
    this.status = status;
    this.headers = headers;
    if (body) {
      this.text = body.toString();
      this.over = true;
    }
  }
  data(part: Buffer): boolean {
    this.text += part.toString();
    return true;
  }
  finished(): void {
    this.over = true;
  }
  failed(error: Error): void {
    this.error = error;
  }
}

const OK = (body: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

test("requests one after the other share a connection; those at the same time do not", async (t) => {
  const w = world(t);
  for (const text of ["one", "two"]) {
    const asked = new Asked();
    w.pool.request(asked);
    await until(() => w.far.length === 1 && w.heard[0]!.endsWith("\r\n\r\n"), "it is asked");
    w.far[0]!.write(OK(text));
    await until(() => asked.over, "it is answered");
    assert.equal(asked.text, text);
  }
  w.pool.request(new Asked());
  w.pool.request(new Asked());
  await until(() => w.far.length === 2, "there is a second one");
});

test("a request waits its turn when every connection is busy, and is late in time", async (t) => {
  const w = world(t, { connections: 1, answerMs: 1_500 });
  const [first, second] = [new Asked(), new Asked()];
  w.pool.request(first);
  w.pool.request(second);
  await until(() => w.heard[0], "the first is asked");
  w.far[0]!.write(OK("1"));
  await until(() => w.heard[0]!.split("GET").length === 3, "the second is asked on the same connection");
  const third = new Asked();
  w.pool.request(third);
  await until(() => second.error instanceof LateAnswer && third.error, "nobody answered");
});

for (const [what, bytes, expected] of [
  ["in one piece", OK("body"), "body"],
  ["in chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n", "body"],
  ["behind early hints", `HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${OK("body")}`, "body"],
  ["without a body", "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", ""],
] as const)
  test(`an answer ${what} is read, whole or byte by byte, and frees its connection`, async (t) => {
    for (const step of [1, 100_000]) {
      const w = world(t);
      const asked = new Asked();
      w.pool.request(asked);
      await until(() => w.heard[0], "it is asked");
      for (let at = 0; at < bytes.length; at += step) w.far[0]!.write(bytes.slice(at, at + step), "latin1");
      await until(() => asked.over, "it is answered");
      assert.equal(asked.text, expected);
      w.pool.request(new Asked());
      await until(() => w.heard[0]!.split("GET").length === 3, "the next one is on it");
    }
  });

test("an answer that ends with its connection is whole", async (t) => {
  const w = world(t);
  const asked = new Asked();
  w.pool.request(asked);
  await until(() => w.heard[0], "it is asked");
  w.far[0]!.end("HTTP/1.1 200 OK\r\n\r\nall of it");
  await until(() => asked.over, "it is answered");
  assert.equal(asked.text, "all of it");
});

for (const [what, bytes] of [
  ["is no HTTP", "SSH-2.0-x\r\n\r\n"],
  ["is framed twice", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"],
  ["has headers without end", `HTTP/1.1 200 OK\r\nX: ${"x".repeat(2_000)}`],
  ["switches protocols unasked", "HTTP/1.1 101 Switching Protocols\r\n\r\n"],
  ["is interim without end", "HTTP/1.1 100 Continue\r\n\r\n".repeat(20)],
] as const)
  test(`an answer that ${what} fails the request and its connection`, async (t) => {
    const w = world(t);
    const asked = new Asked();
    w.pool.request(asked);
    await until(() => w.heard[0], "it is asked");
    w.far[0]!.write(bytes);
    await until(() => asked.error, "it has failed");
    const next = new Asked();
    w.pool.request(next);
    await until(() => w.far.length === 2, "the next one has its own");
  });

test("what comes unasked ends the connection, and is nobody's answer", async (t) => {
  const w = world(t);
  const first = new Asked();
  w.pool.request(first);
  await until(() => w.heard[0], "it is asked");
  w.far[0]!.write(OK("1") + OK("poison"));
  await until(() => first.over, "it is answered");
  const second = new Asked();
  w.pool.request(second);
  await until(() => w.heard[1], "the next one has its own connection");
  w.far[1]!.write(OK("2"));
  await until(() => second.over, "it is answered");
  assert.equal(second.text, "2");
});

test("a GET whose kept connection was closed just then goes again, once; a POST does not", async (t) => {
  for (const [method, again] of [
    ["GET", true],
    ["POST", false],
  ] as const) {
    const w = world(t);
    const first = new Asked();
    w.pool.request(first);
    await until(() => w.heard[0], "it is asked");
    w.far[0]!.write(OK("1"));
    await until(() => first.over, "it is answered");
    const second = new Asked(method);
    w.pool.request(second);
    w.far[0]!.end();
    if (again) await until(() => w.heard[1], "it goes again");
    else await until(() => second.error instanceof ClosedUnanswered, "it has failed");
    assert.equal(w.far.length, again ? 2 : 1);
  }
});

test("whoever stops waiting closes the connection of his request, and no other", async (t) => {
  const w = world(t);
  const first = new Asked();
  const running = w.pool.request(first);
  await until(() => w.heard[0], "it is asked");
  w.far[0]!.write(OK("1"));
  await until(() => first.over, "it is answered");
  const second = new Asked();
  w.pool.request(second);
  running.abort();
  w.far[0]!.write(OK("2"));
  await until(() => second.over, "the second is answered");
});
