import assert from "node:assert/strict";
import { type Duplex, duplexPair } from "node:stream";
import { type TestContext, test } from "node:test";
import { Scope } from "#base";
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

async function until(what: string, look: () => unknown, withinMs = 15_000): Promise<void> {
  await using scope = new Scope();
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await scope.sleep(5)) if (look()) return;
  assert.fail(what);
}

const OK = (body: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

test("requests one after the other share a connection; those at the same time do not", async (t) => {
  const w = world(t);
  for (const text of ["one", "two"]) {
    const asked = new Asked();
    w.pool.request(asked);
    await until("it is asked", () => w.far.length === 1 && w.heard[0]!.endsWith("\r\n\r\n"));
    w.far[0]!.write(OK(text));
    await until("it is answered", () => asked.over);
    assert.equal(asked.text, text);
  }
  w.pool.request(new Asked());
  w.pool.request(new Asked());
  await until("there is a second one", () => w.far.length === 2);
});

test("a request waits its turn when every connection is busy, and is late in time", async (t) => {
  const w = world(t, { connections: 1, answerMs: 1_500 });
  const [first, second] = [new Asked(), new Asked()];
  w.pool.request(first);
  w.pool.request(second);
  await until("the first is asked", () => w.heard[0]);
  w.far[0]!.write(OK("1"));
  await until("the second is asked on the same connection", () => w.heard[0]!.split("GET").length === 3);
  const third = new Asked();
  w.pool.request(third);
  await until("nobody answered", () => second.error instanceof LateAnswer && third.error);
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
      await until("it is asked", () => w.heard[0]);
      for (let at = 0; at < bytes.length; at += step) w.far[0]!.write(bytes.slice(at, at + step), "latin1");
      await until("it is answered", () => asked.over);
      assert.equal(asked.text, expected);
      w.pool.request(new Asked());
      await until("the next one is on it", () => w.heard[0]!.split("GET").length === 3);
    }
  });

test("an answer that ends with its connection is whole", async (t) => {
  const w = world(t);
  const asked = new Asked();
  w.pool.request(asked);
  await until("it is asked", () => w.heard[0]);
  w.far[0]!.end("HTTP/1.1 200 OK\r\n\r\nall of it");
  await until("it is answered", () => asked.over);
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
    await until("it is asked", () => w.heard[0]);
    w.far[0]!.write(bytes);
    await until("it has failed", () => asked.error);
    const next = new Asked();
    w.pool.request(next);
    await until("the next one has its own", () => w.far.length === 2);
  });

test("what comes unasked ends the connection, and is nobody's answer", async (t) => {
  const w = world(t);
  const first = new Asked();
  w.pool.request(first);
  await until("it is asked", () => w.heard[0]);
  w.far[0]!.write(OK("1") + OK("poison"));
  await until("it is answered", () => first.over);
  const second = new Asked();
  w.pool.request(second);
  await until("the next one has its own connection", () => w.heard[1]);
  w.far[1]!.write(OK("2"));
  await until("it is answered", () => second.over);
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
    await until("it is asked", () => w.heard[0]);
    w.far[0]!.write(OK("1"));
    await until("it is answered", () => first.over);
    const second = new Asked(method);
    w.pool.request(second);
    w.far[0]!.end();
    if (again) await until("it goes again", () => w.heard[1]);
    else await until("it has failed", () => second.error instanceof ClosedUnanswered);
    assert.equal(w.far.length, again ? 2 : 1);
  }
});

test("whoever stops waiting closes the connection of his request, and no other", async (t) => {
  const w = world(t);
  const first = new Asked();
  const running = w.pool.request(first);
  await until("it is asked", () => w.heard[0]);
  w.far[0]!.write(OK("1"));
  await until("it is answered", () => first.over);
  const second = new Asked();
  w.pool.request(second);
  running.abort();
  w.far[0]!.write(OK("2"));
  await until("the second is answered", () => second.over);
});
