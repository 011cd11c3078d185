import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, request as plainRequest } from "node:http";
import { type TestContext, test } from "node:test";
import { until } from "#until";
import { ask, ca, HOST, heard, type Road, type RoadOptions, raw, road, tls } from "./testing/road.ts";

async function world(t: TestContext, options: RoadOptions = {}): Promise<Road> {
  const world = await road(options);
  t.after(() => world.scope.close());
  return world;
}

test("answers carry HSTS and no banner", async (t) => {
  const w = await world(t, {
    inside: (_request, response) => response.writeHead(200, { server: "nginx/1.0", "x-powered-by": "PHP" }).end(),
  });
  const { headers } = await ask(w);
  assert.equal(headers.server, undefined);
  assert.equal(headers["x-powered-by"], undefined);
  assert.match(headers["strict-transport-security"]!, /max-age=31536000/);
});

test("plain HTTP redirects to HTTPS for a join host and says nothing about others", async (t) => {
  const w = await world(t);
  const get = async (host: string, path: string) => {
    const message = plainRequest({ host: "127.0.0.1", port: w.edge.redirectAddress!.port, path, headers: { host } });
    message.end();
    const [response] = (await once(message, "response")) as [IncomingMessage];
    response.resume();
    return response;
  };
  const known = await get(HOST, "/meeting/1?secret=x");
  assert.equal(known.statusCode, 308);
  assert.equal(known.headers.location, `https://${HOST}:${w.port}/meeting/1?secret=x`);
  const unknown = await get("evil.example", "/");
  assert.equal(unknown.statusCode, 404);
  assert.equal(unknown.headers.location, undefined);
});

test("Host and TLS server name must be one and the same join host", async (t) => {
  const w = await world(t);
  const misdirected = await ask(w, { headers: { host: "other.example.com" } });
  assert.equal(misdirected.status, 421);
  await assert.rejects(ask(w, { servername: "other.example.com", headers: { host: "other.example.com" } }));
  await assert.rejects(ask(w, { servername: "other.example.com" }));
});

test("whoever names no server, or one that is not here, gets an alert and sees no certificate", async (t) => {
  const w = await world(t);
  for (const servername of ["", "other.example.com"])
    await assert.rejects(tls(w.port, servername), { code: "ERR_SSL_TLSV1_UNRECOGNIZED_NAME" });
});

test("only TLS 1.2 and later, and no HTTP/2", async (t) => {
  const w = await world(t);
  const { connect } = await import("node:tls");
  const attempt = async (options: object) => {
    const socket = connect({ host: "127.0.0.1", port: w.port, ca, servername: HOST, ...options });
    const result = await Promise.race([
      once(socket, "secureConnect").then(() => `${socket.getProtocol()} ${socket.alpnProtocol}`),
      once(socket, "close").then(() => "closed"),
    ]).catch(() => "refused");
    socket.destroy();
    return result;
  };
  assert.equal(await attempt({ ALPNProtocols: ["h2", "http/1.1"] }), "TLSv1.3 http/1.1");
  assert.equal(await attempt({ maxVersion: "TLSv1.2" }), "TLSv1.2 false");
  assert.notEqual(await attempt({ ALPNProtocols: ["h2"] }), "TLSv1.3 h2");
  const old = { minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" };
  assert.match(await attempt(old), /refused|closed/);
  const cbc = { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES128-SHA" };
  assert.match(await attempt(cbc), /refused|closed/);
});

test("a client that is slow with its headers is cut off", async (t) => {
  const w = await world(t, { limits: { headersMs: 200 } });
  const socket = await tls(w.port);
  socket.write("GET / HTTP/1.1\r\nHost: ");
  assert.match(await heard(socket), /^HTTP\/1.1 408 /);
});

test("a client that says nothing at all is cut off", async (t) => {
  const w = await world(t, { limits: { headersMs: 200 } });
  await heard(await tls(w.port));
});

test("one source holds only so many connections", async (t) => {
  const w = await world(t, { limits: { connectionsPerSource: 3 } });
  const held = [await tls(w.port), await tls(w.port), await tls(w.port)];
  await assert.rejects(tls(w.port));
  held[0]!.destroy();
  await until(() => held[0]!.closed, "a place is free");
  for (const socket of held) socket.destroy();
  const retry = async (): Promise<boolean> =>
    tls(w.port)
      .then((s) => !!s.destroy())
      .catch(() => retry());
  assert.ok(await retry());
});

test("two requests at once on one connection are answered in order, each with its own answer", async (t) => {
  const w = await world(t, { inside: (request, response) => response.end(`<${request.url}>`) });
  const get = (path: string, more = "") => `GET ${path} HTTP/1.1\r\nHost: ${HOST}\r\n${more}\r\n`;
  const text = await raw(w, get("/one") + get("/two", "Connection: close\r\n"));
  assert.match(text, /<\/one>[\s\S]*<\/two>/);
});
