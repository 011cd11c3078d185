import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, test } from "node:test";
import { HOST, road } from "./testing/road.ts";

const w = await road({
  edgeOnly: true,
  limits: { headerBytes: 16 * 1024 },
  edge: { acme: (token) => (token === "known_token-1" ? "known_token-1.thumbprint" : undefined) },
});
after(() => w.scope.close());

/** Everything that comes back on one connection. */
async function said(bytes: string): Promise<string> {
  const socket = connect(w.edge.redirectAddress!.port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(Buffer.from(bytes, "latin1"));
  let text = "";
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1");
  });
  await once(socket, "close");
  return text;
}

const get = (path: string, host = HOST, method = "GET") => said(`${method} ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);

test("an ACME server gets the answer to a challenge, by any name, and nobody else's challenge is answered", async () => {
  const answer = await get("/.well-known/acme-challenge/known_token-1", "turn.example.com");
  assert.match(answer, /^HTTP\/1.1 200 OK\r\n/);
  assert.ok(answer.endsWith("\r\n\r\nknown_token-1.thumbprint"));
  for (const path of ["other", "", "known_token-1/x", "../known_token-1", "known_token-1?x", "known%5ftoken-1"]) {
    const refused = await get(`/.well-known/acme-challenge/${path}`);
    assert.match(refused, /^HTTP\/1.1 404 /, path);
    assert.ok(!/location/i.test(refused), path);
  }
});

test("every method of a join host is sent to HTTPS, with its path", async () => {
  for (const method of ["GET", "POST", "HEAD"]) {
    const answer = await get("/a?b=c", HOST, method);
    assert.match(answer, /^HTTP\/1.1 308 /);
    assert.ok(answer.includes(`location: https://${HOST}:${w.port}/a?b=c\r\n`), answer);
  }
});

for (const [what, bytes, status] of [
  ["another host", "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 404],
  ["no host", "GET / HTTP/1.1\r\n\r\n", 400],
  ["an absolute target", `GET http://evil.example/ HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`, 308],
  ["two lengths", `GET / HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n`, 400],
  ["endless headers", `GET / HTTP/1.1\r\nHost: ${HOST}\r\nX: ${"a".repeat(200_000)}`, 431],
  ["TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400],
] as const)
  test(`${what} on port 80 is answered with ${status}, and then the connection ends`, async () => {
    const answer = await said(bytes);
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `));
    assert.ok(!answer.includes("evil.example"), answer);
    assert.equal(answer.match(/HTTP\/1\.1 /g)!.length, 1);
  });

test("CONNECT and upgrades on port 80 are closed without a word", async () => {
  assert.equal(await get("evil.example:443", HOST, "CONNECT"), "");
  const upgrade = `GET / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
  assert.equal(await said(upgrade), "");
});
