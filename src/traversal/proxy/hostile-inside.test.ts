import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ask, HOST, raw, road } from "./testing/road.ts";

/** A server inside that answers with the bytes that the test has laid ready: the core must not pass on what is not HTTP. */
let answer = "";
const w = await road({ inside: (request) => void request.socket.end(Buffer.from(answer, "latin1")) });
after(() => w.scope.close());

const OK = "HTTP/1.1 200 OK\r\n";

for (const [what, bytes] of [
  ["framed twice", `${OK}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ["with two lengths", `${OK}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!`],
  ["with a bare CR", `${OK}X-A: 1\rSet-Cookie: a=b\r\n\r\n`],
  ["with a NUL in a header", `${OK}X-A: a\0b\r\nContent-Length: 0\r\n\r\n`],
  ["that is no HTTP", "SSH-2.0-OpenSSH_9.2p1\r\n"],
  [
    "that switches protocols unasked",
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
  ],
  ["with headers without end", `${OK}X-A: ${"a".repeat(100_000)}\r\n\r\n`],
  ["that is empty", ""],
] as const)
  test(`an answer ${what} becomes 502`, async () => {
    answer = bytes;
    const { status, headers } = await ask(w);
    assert.equal(status, 502);
    assert.equal(headers["x-turnpike-error"], "CORE_WEB_BRIDGE_UNREACHABLE");
  });

test("an answer that ends early ends early for the guest as well, and is not taken for whole", async () => {
  answer = `${OK}Content-Length: 10\r\n\r\nhello`;
  await assert.rejects(ask(w));
});

test("hop-by-hop headers of an answer, and those it names, stay inside", async () => {
  answer = `${OK}Connection: X-Inner\r\nX-Inner: 1\r\nKeep-Alive: timeout=99\r\nProxy-Authenticate: Basic\r\nX-Kept: 1\r\nContent-Length: 0\r\n\r\n`;
  const { headers } = await ask(w);
  assert.equal(headers["x-inner"], undefined);
  assert.equal(headers["proxy-authenticate"], undefined);
  assert.equal(headers["x-kept"], "1");
});

test("a second answer behind the first is not given to the next guest", async () => {
  answer = `${OK}Content-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\npoisoned`;
  for (let i = 0; i < 3; i++) {
    const { body } = await ask(w);
    assert.ok(!body.includes("poisoned"));
  }
});

const HANDSHAKE = `GET /rtc/v1 HTTP/1.1\r\nHost: ${HOST}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
const SWITCH = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";

for (const [what, bytes] of [
  ["without a key", `${SWITCH}\r\n`],
  ["with another's key", `${SWITCH}Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n`],
  [
    "with an extension that nobody offered",
    `${SWITCH}Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n`,
  ],
] as const)
  test(`a 101 ${what} opens nothing`, async () => {
    w.inside.server.removeAllListeners("upgrade");
    w.inside.server.on("upgrade", (_request, socket) => socket.end(bytes));
    assert.match(await raw(w, HANDSHAKE), /^HTTP\/1.1 502 /);
  });

test("a 101 with the right key opens the way, with what followed it", async () => {
  w.inside.server.removeAllListeners("upgrade");
  w.inside.server.on("upgrade", (_request, socket) =>
    socket.end(`${SWITCH}Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nX-Inner: 1\r\n\r\n\x81\x02hi`),
  );
  const text = await raw(w, HANDSHAKE, /hi$/);
  assert.match(text, /^HTTP\/1.1 101 /);
  assert.ok(!text.toLowerCase().includes("x-inner"));
  assert.ok(text.endsWith("\r\n\r\n\xc2\x81\x02hi") || text.endsWith("\r\n\r\n\x81\x02hi"));
});
