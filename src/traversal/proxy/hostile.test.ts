import assert from "node:assert/strict";
import { type Duplex, duplexPair } from "node:stream";
import { after, test } from "node:test";
import { memoryLog, Scope } from "#base";
import { startCoreProxy } from "./core-proxy.ts";
import type { ProxyLimits } from "./limits.ts";
import { ask, HOST, raw, road } from "./testing/road.ts";

const inside = { requests: [] as string[] };
/** Node resets a connection with much unread: a small cap leaves room for the answer to arrive. */
const w = await road({
  limits: { headerBytes: 16 * 1024 },
  inside: (request, response) => {
    inside.requests.push(`${request.method} ${request.url}`);
    response.end("inside");
  },
});
after(() => w.scope.close());

const GET = `GET / HTTP/1.1\r\nHost: ${HOST}\r\n`;
const POST = `POST /api/join HTTP/1.1\r\nHost: ${HOST}\r\n`;
/** What a smuggled request would look like: it must never be seen inside. */
const SMUGGLED = `GET /smuggled HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`;

/** Bytes that must be refused, and with which status. Each ends the connection. */
const REFUSED: readonly (readonly [what: string, bytes: string, status: number])[] = [
  [
    "Content-Length and Transfer-Encoding",
    `${POST}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    400,
  ],
  [
    "Transfer-Encoding, then Content-Length",
    `${POST}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    400,
  ],
  ["two Content-Lengths that differ", `${POST}Content-Length: 0\r\nContent-Length: 45\r\n\r\n${SMUGGLED}`, 400],
  ["two Content-Lengths that agree", `${POST}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}${SMUGGLED}`, 400],
  ["Content-Length list", `${POST}Content-Length: 2, 2\r\n\r\n{}${SMUGGLED}`, 400],
  ["Content-Length with plus", `${POST}Content-Length: +2\r\n\r\n{}${SMUGGLED}`, 400],
  ["negative Content-Length", `${POST}Content-Length: -1\r\n\r\n${SMUGGLED}`, 400],
  ["hexadecimal Content-Length", `${POST}Content-Length: 0x2\r\n\r\n{}${SMUGGLED}`, 400],
  ["Content-Length that overflows", `${POST}Content-Length: 18446744073709551618\r\n\r\n{}${SMUGGLED}`, 400],
  ["space before the colon of Content-Length (CVE-2024-27982)", `${POST}Content-Length : 45\r\n\r\n${SMUGGLED}`, 400],
  [
    "space before the colon of Transfer-Encoding",
    `${POST}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    400,
  ],
  [
    "Transfer-Encoding twice (CVE-2020-8287)",
    `${POST}Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    400,
  ],
  ["Transfer-Encoding gzip, chunked", `${POST}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`, 400],
  [
    "Transfer-Encoding chunked, identity",
    `${POST}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    400,
  ],
  ["Transfer-Encoding identity", `${POST}Transfer-Encoding: identity\r\n\r\n${SMUGGLED}`, 400],
  ["Transfer-Encoding xchunked", `${POST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${SMUGGLED}`, 400],
  ["Transfer-Encoding in an obs-fold", `${POST}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`, 400],
  ["obs-fold", `${GET}X-A: 1\r\n Content-Length: 45\r\n\r\n${SMUGGLED}`, 400],
  ["bare LF between headers", `GET / HTTP/1.1\nHost: ${HOST}\n\n`, 400],
  ["bare CR in a value (CVE-2023-30589)", `${GET}X-A: 1\rTransfer-Encoding: chunked\r\n\r\n${SMUGGLED}`, 400],
  ["bare CR at the end of headers (CVE-2025-23167)", `${GET}X-A: 1\r\n\rContent-Length: 5\r\n\r\n${SMUGGLED}`, 400],
  ["NUL in a value", `${GET}X-A: a\0b\r\n\r\n`, 400],
  ["NUL in a name", `${GET}X-A\0: b\r\n\r\n`, 400],
  ["header without a colon", `${GET}X-A\r\n\r\n`, 400],
  ["header with an empty name", `${GET}: x\r\n\r\n`, 400],
  ["space at the start of the first header", `GET / HTTP/1.1\r\n Host: ${HOST}\r\n\r\n`, 400],
  ["no Host", "GET / HTTP/1.1\r\n\r\n", 400],
  ["two Hosts", `${GET}Host: ${HOST}\r\n\r\n`, 400],
  ["two Hosts that differ", `${GET}Host: evil.example\r\n\r\n`, 400],
  ["Host with a user", `GET / HTTP/1.1\r\nHost: a@${HOST}\r\n\r\n`, 421],
  ["Host with a path", `GET / HTTP/1.1\r\nHost: ${HOST}/x\r\n\r\n`, 421],
  ["Host list", `GET / HTTP/1.1\r\nHost: ${HOST}, evil.example\r\n\r\n`, 400],
  ["empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400],
  ["Host with a dot at its end", `GET / HTTP/1.1\r\nHost: ${HOST}.\r\n\r\n`, 421],
  ["another Host than the server name", "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421],
  ["absolute form", `GET https://${HOST}/ HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`, 400],
  ["absolute form of another host", `GET http://169.254.169.254/ HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`, 400],
  ["asterisk form", `OPTIONS * HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`, 400],
  ["TRACE", `TRACE / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`, 405],
  ["WebDAV", `PROPFIND / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`, 405],
  ["unknown method", `HACK / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`, 400],
  ["HTTP/1.0", `GET / HTTP/1.0\r\nHost: ${HOST}\r\n\r\n`, 400],
  ["HTTP/0.9", "GET /\r\n\r\n", 400],
  ["HTTP/2.0 by preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400],
  ["HTTP/1.9", `GET / HTTP/1.9\r\nHost: ${HOST}\r\n\r\n`, 400],
  ["path out of the root", `GET /../etc/passwd HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`, 400],
  ["encoded path out of the root", `GET /%2e%2e/x HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`, 400],
  ["encoded slash", `GET /a%2f..%2fb HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`, 400],
  ["backslash", `GET /a\\..\\b HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`, 400],
  ["path parameter", `GET /a;/../b HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`, 400],
  ["encoded CRLF", `GET /a%0d%0aX:%20y HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`, 400],
  ["byte over 127 in the path", `GET /\xe9 HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`, 400],
  ["tab in the request line", `GET\t/ HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`, 400],
  ["headers over the cap", `${GET}X-A: ${"a".repeat(20_000)}\r\n\r\n`, 431],
  ["too many headers", `${GET}${"X-A: 1\r\n".repeat(120)}\r\n`, 400],
  ["body over the cap", `${POST}Content-Length: 99999999\r\n\r\n`, 413],
  [
    "upgrade to h2c",
    `${GET}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n`,
    400,
  ],
  [
    "upgrade with a body",
    `${GET}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nContent-Length: 5\r\n\r\nhello`,
    400,
  ],
  [
    "upgrade without a key",
    `${GET}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    400,
  ],
  [
    "upgrade of version 8",
    `${GET}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
    400,
  ],
  [
    "upgrade by POST",
    `${POST}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
    400,
  ],
];

for (const [what, bytes, status] of REFUSED)
  test(`edge: ${what} is refused with ${status}, and nothing of it gets inside`, async () => {
    inside.requests.length = 0;
    const answer = await raw(w, bytes);
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `));
    assert.equal(answer.match(/HTTP\/1\.1 /g)!.length, 1, "one answer, and then the end");
    assert.deepEqual(inside.requests, []);
  });

for (const [what, body] of [
  ["a chunk size that overflows", "ffffffffffffffff1\r\nx\r\n0\r\n\r\n"],
  ["a chunk size with a minus", "-1\r\n\r\n0\r\n\r\n"],
  ["a chunk size of 0x", "0x2\r\n{}\r\n0\r\n\r\n"],
  ["a chunk longer than its size", `2\r\n{}GET\r\n0\r\n\r\n${SMUGGLED}`],
  ["a bare LF after the chunk size", `2\n{}\n0\n\n${SMUGGLED}`],
  ["a bare CR in a chunk extension", `2;a\rb\r\n{}\r\n0\r\n\r\n${SMUGGLED}`],
] as const)
  test(`edge: ${what} ends the request, and what follows is not read as another`, async () => {
    inside.requests.length = 0;
    const answer = await raw(w, `${POST}Transfer-Encoding: chunked\r\n\r\n${body}`, /inside/);
    assert.ok(!answer.includes(" 200 "), answer);
    assert.ok(!inside.requests.includes("GET /smuggled"));
  });

test("edge: CONNECT is closed without an answer", async () => {
  assert.equal(await raw(w, `CONNECT ${HOST}:443 HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`), "");
});

test("edge: plain HTTP on the TLS port gets nothing", async () => {
  const { connect } = await import("node:net");
  const socket = connect(w.port, "127.0.0.1");
  socket.write(`${GET}\r\n`);
  let heard = "";
  socket.on("data", (chunk: Buffer) => (heard += chunk.toString("latin1")));
  socket.on("error", () => {});
  await new Promise((resolve) => socket.once("close", resolve));
  assert.ok(!heard.includes("HTTP/1.1 200"));
});

test("edge: a body that is really chunked passes, its trailers do not", async () => {
  inside.requests.length = 0;
  const bytes = `${POST}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\n{}\r\n0\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n`;
  assert.match(await raw(w, bytes), /^HTTP\/1.1 200 /);
  assert.deepEqual(inside.requests, ["POST /api/join"]);
});

test("edge: requests without a body pass, also those that say so", async () => {
  for (const method of ["GET", "POST", "DELETE", "HEAD"]) {
    assert.equal((await ask(w, { method })).status, 200, method);
    assert.equal((await ask(w, { method, headers: { "content-length": "0" } })).status, 200, method);
  }
});

test("edge: after all that it still serves", async () => {
  assert.equal((await ask(w)).status, 200);
});

/** A core that nothing stands behind, and the edge's end of one channel into it. */
function broken(limits: Partial<ProxyLimits> = {}) {
  const scope = new Scope();
  const log = memoryLog();
  const proxy = startCoreProxy(scope, {
    joinHosts: [{ host: HOST, target: { address: "127.0.0.1", port: 1 }, trust: { kind: "system" } }],
    log,
    limits,
  });
  const [near, far] = duplexPair();
  proxy.accept(HOST, far, "edge");
  return { scope, log, proxy, channel: near };
}

function answerOf(channel: Duplex, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    channel.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1");
    });
    channel.on("error", () => {});
    for (const event of ["end", "close"]) channel.once(event, () => resolve(text));
    channel.write(Buffer.from(bytes, "latin1"));
  });
}

const TRACE = "X-Turnpike-Trace: 0123456789abcdef\r\n";
const FORWARDED = `Forwarded: for=192.0.2.1;host=${HOST};proto=https\r\n`;

/** What an edge that was broken into might send to the core. */
const FROM_EDGE: readonly (readonly [what: string, bytes: string, status: number])[] = [
  ["no trace", `${GET}${FORWARDED}\r\n`, 400],
  ["a trace with markup", `${GET}${FORWARDED}X-Turnpike-Trace: <script>\r\n\r\n`, 400],
  ["no Forwarded", `${GET}${TRACE}\r\n`, 400],
  ["two Forwarded", `${GET}${TRACE}${FORWARDED}${FORWARDED}\r\n`, 400],
  ["a Forwarded chain", `${GET}${TRACE}Forwarded: for=192.0.2.1;host=${HOST};proto=https, for=10.0.0.1\r\n\r\n`, 400],
  ["Forwarded for a name", `${GET}${TRACE}Forwarded: for=inside;host=${HOST};proto=https\r\n\r\n`, 400],
  ["Forwarded for no address", `${GET}${TRACE}Forwarded: for=999.0.2.1;host=${HOST};proto=https\r\n\r\n`, 400],
  ["Forwarded for another host", `${GET}${TRACE}Forwarded: for=192.0.2.1;host=evil;proto=https\r\n\r\n`, 400],
  ["another host than the tunnel's", `GET / HTTP/1.1\r\nHost: intranet\r\n${TRACE}${FORWARDED}\r\n`, 421],
  ["the host in an absolute target", `GET http://intranet/ HTTP/1.1\r\nHost: ${HOST}\r\n${TRACE}${FORWARDED}\r\n`, 400],
  ["a method outside the allow list", `PATCH / HTTP/1.1\r\nHost: ${HOST}\r\n${TRACE}${FORWARDED}\r\n`, 403],
  [
    "a body framed twice",
    `${POST}${TRACE}${FORWARDED}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
  ],
  ["headers over the cap", `${GET}${TRACE}${FORWARDED}X: ${"a".repeat(70_000)}\r\n\r\n`, 431],
  ["garbage", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400],
  ["a good request, with no Web Bridge behind", `${GET}${TRACE}${FORWARDED}\r\n`, 502],
];

for (const [what, bytes, status] of FROM_EDGE)
  test(`core: ${what} is answered with ${status}`, async (t) => {
    const { scope, channel } = broken();
    t.after(() => scope.close());
    const answer = await answerOf(channel, bytes);
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `));
  });

test("core: an edge that trickles its headers is cut off", async (t) => {
  const { scope, channel } = broken({ headersMs: 200 });
  t.after(() => scope.close());
  assert.match(await answerOf(channel, "GET / HTTP/1.1\r\nHost: "), /^HTTP\/1.1 408 /);
});

test("core: a refusal by the allow list is logged with its reason", async (t) => {
  const { scope, channel, log } = broken();
  t.after(() => scope.close());
  await answerOf(channel, `PATCH /x HTTP/1.1\r\nHost: ${HOST}\r\n${TRACE}${FORWARDED}\r\n`);
  const line = log.lines.find(({ event }) => event === "allow list refused a request")!;
  assert.equal(line.level, "warn");
  assert.match(String(line.fields.reason), /method must be one of GET/);
  assert.equal(line.fields.trace, "0123456789abcdef");
});
