import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingHttpHeaders } from "node:http";
import { after, test } from "node:test";
import { connect } from "node:tls";
import { ask, ca, HOST, heard, raw, road, tls } from "./testing/road.ts";

const seen: { method: string; headers: IncomingHttpHeaders; raw: readonly string[] }[] = [];
const w = await road({
  inside: (request, response) => {
    seen.push({ method: request.method!, headers: request.headers, raw: request.rawHeaders });
    response.writeHead(200, {
      server: "Inner/1.0",
      "x-powered-by": "Inner",
      via: "1.1 inner.local",
      "alt-svc": 'h3=":443"',
    });
    response.end("inside");
  },
});
after(() => w.scope.close());

/** Header lines of a guest, and the names that the inside must not have got from it. */
const DROPPED: readonly (readonly [what: string, lines: readonly string[], names: readonly string[]])[] = [
  [
    "who it says that it is",
    ["X-Forwarded-For: 10.0.0.1", "X-Forwarded-Host: intranet", "X-Forwarded-Proto: http", "X-Real-IP: 10.0.0.1"],
    ["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"],
  ],
  [
    "other proxies' words for the same",
    ["True-Client-IP: 10.0.0.1", "CF-Connecting-IP: 10.0.0.1", "Via: 1.1 x"],
    ["via"],
  ],
  ["identity headers of the product", ["X-Turnpike-Role: host", "X-Turnpike-User: admin"], ["x-turnpike-role"]],
  [
    "an underscore for a dash",
    ["X_Forwarded_For: 10.0.0.1", "X_Turnpike_Role: host"],
    ["x_forwarded_for", "x_turnpike_role"],
  ],
  ["headers that Connection names", ["Connection: X-Hop, close", "X-Hop: 1"], ["x-hop"]],
  ["Host named by Connection", ["Connection: Host, Forwarded, close"], []],
  [
    "hop-by-hop headers",
    ["TE: trailers", "Trailer: X", "Keep-Alive: timeout=99", "Proxy-Connection: x"],
    ["te", "trailer"],
  ],
  ["credentials for a proxy", ["Proxy-Authorization: Basic eDp5"], ["proxy-authorization"]],
  [
    "another method or address behind it",
    ["X-HTTP-Method-Override: DELETE", "X-Original-URL: /admin"],
    ["x-original-url"],
  ],
  ["httpoxy (CVE-2016-5385)", ["Proxy: http://evil.example"], ["proxy"]],
];

for (const [what, lines, names] of DROPPED)
  test(`the inside does not get ${what}`, async () => {
    seen.length = 0;
    const close = lines.some((line) => line.startsWith("Connection:")) ? [] : ["Connection: close"];
    const text = [`GET / HTTP/1.1`, `Host: ${HOST}`, ...lines, ...close, "", ""].join("\r\n");
    assert.match(await raw(w, text), /^HTTP\/1.1 200 /);
    const { headers } = seen[0]!;
    for (const name of names) assert.equal(headers[name], undefined, name);
    assert.ok(!JSON.stringify(headers).includes("10.0.0.1"));
    assert.equal(headers.host, HOST);
    assert.equal(headers.forwarded, `for=127.0.0.1;host=${HOST};proto=https`);
  });

test("no answer tells what serves it: not the edge's own, not the inside's, not on port 80, not to garbage", async () => {
  const answers = [
    await raw(w, `GET / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`),
    await raw(w, `TRACE / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`),
    await raw(w, `GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n`),
    await raw(w, "garbage\r\n\r\n"),
    await raw(w, `GET / HTTP/1.1\r\nHost: ${HOST}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`),
  ];
  for (const answer of answers) {
    const head = answer.split("\r\n\r\n")[0]!;
    assert.ok(!/^(server|x-powered-by|via|alt-svc):/im.test(head), head);
    assert.ok(!/node|nginx|undici|inner|openssl/i.test(answer), answer);
  }
});

test("a WebSocket that the inside has not confirmed carries nothing on", async () => {
  seen.length = 0;
  const handshake = [
    "GET /refused HTTP/1.1",
    `Host: ${HOST}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "",
    "GET /smuggled HTTP/1.1",
    `Host: ${HOST}`,
    "",
    "",
  ].join("\r\n");
  const answer = await raw(w, handshake);
  assert.match(answer, /^HTTP\/1.1 401 /);
  assert.equal(answer.match(/HTTP\/1\.1 /g)!.length, 1);
  assert.deepEqual(seen, []);
});

test("a page of another site cannot open a WebSocket, whatever its Origin looks like", async () => {
  const origins = [
    "https://evil.example",
    `https://${HOST}.evil.example`,
    `https://evil.example/${HOST}`,
    `http://${HOST}`,
    `https://${HOST}@evil.example`,
    "null",
    `https://${HOST}, https://evil.example`,
    `https://${HOST}\\.evil.example`,
  ];
  for (const origin of origins) {
    const text = `GET /rtc HTTP/1.1\r\nHost: ${HOST}\r\nOrigin: ${origin}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
    assert.match(await raw(w, text), /^HTTP\/1.1 403 /, origin);
  }
});

test("renegotiation, which would make one connection ask for many handshakes, is refused", async () => {
  const socket = connect({ port: w.port, host: "127.0.0.1", ca, servername: HOST, maxVersion: "TLSv1.2" });
  await once(socket, "secureConnect");
  let handshakes = 0;
  socket.on("secure", () => handshakes++);
  const refused = new Promise<string | undefined>((resolve) => {
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code));
  });
  socket.renegotiate({}, () => {});
  assert.equal(await refused, "ERR_SSL_NO_RENEGOTIATION");
  assert.equal(handshakes, 0);
  socket.destroy();
});

test("a request behind one that was refused is not read", async () => {
  seen.length = 0;
  const socket = await tls(w.port);
  socket.write(`HACKER / HTTP/1.1\r\nHost: ${HOST}\r\n\r\nGET /next HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  await heard(socket);
  const refused = await tls(w.port);
  refused.write(`TRACE / HTTP/1.1\r\nHost: ${HOST}\r\n\r\nGET /next HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  await heard(refused);
  assert.deepEqual(seen, []);
  assert.equal((await ask(w)).status, 200);
});

for (const name of ["Content-Length", "transfer-encoding"])
  test(`a request that hides its ${name} from the next hop is refused, and what it carries never arrives`, async () => {
    const before = seen.length;
    const hidden = `GET /smuggled HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`;
    const framing = name === "Content-Length" ? `Content-Length: ${hidden.length}` : "Transfer-Encoding: chunked";
    const body = name === "Content-Length" ? hidden : `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`;
    const head = `POST /one HTTP/1.1\r\nHost: ${HOST}\r\nConnection: ${name}\r\n${framing}\r\n\r\n`;
    const said = await raw(w.edge.address, head + body);
    assert.match(said, /^HTTP\/1\.1 400 [\s\S]*PROXY_BAD_FRAMING/);
    assert.equal(seen.length, before);
  });
