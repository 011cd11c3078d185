import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { type TestContext, test } from "node:test";
import { type ClientOptions, WebSocket } from "ws";
import { until } from "#until";
import { ask, ca, HOST, type Road, type RoadOptions, road, tls } from "./testing/road.ts";

async function world(t: TestContext, options: RoadOptions = {}): Promise<Road> {
  const world = await road(options);
  t.after(() => world.scope.close());
  return world;
}

function webSocket(port: number, options: { path?: string; origin?: string; headers?: Record<string, string> } = {}) {
  const headers = { host: HOST, ...options.headers };
  const url = `wss://127.0.0.1:${port}${options.path ?? "/rtc/v1?access_token=x"}`;
  return new WebSocket(url, { ca, servername: HOST, headers, origin: options.origin } as ClientOptions);
}

test("a guest's GET reaches the web server inside, and its answer comes back", async (t) => {
  const w = await world(t, {
    inside: (_request, response) =>
      response.writeHead(203, { "x-inside": "yes", "set-cookie": ["a=1", "b=2"] }).end("hello"),
  });
  const answer = await ask(w, { path: "/meeting/123456789?secret=a%2Fb" });
  assert.equal(answer.status, 203);
  assert.equal(answer.body, "hello");
  assert.equal(answer.headers["x-inside"], "yes");
  assert.deepEqual(answer.headers["set-cookie"], ["a=1", "b=2"]);
  assert.equal(w.inside.requests[0]!.url, "/meeting/123456789?secret=a%2Fb");
  assert.equal(w.inside.requests[0]!.headers.host, HOST);
});

test("the inside learns the guest's address and a trace, and none of what the guest claims", async (t) => {
  const w = await world(t);
  const claims = {
    forwarded: "for=10.0.0.1;host=evil;proto=http",
    "x-forwarded-for": "10.0.0.1",
    "x-forwarded-host": "evil",
    x_forwarded_for: "10.0.0.1",
    "x-real-ip": "10.0.0.1",
    via: "1.1 evil",
    "x-turnpike-role": "core",
    "x-http-method-override": "PATCH",
    "x-secret": "1",
    connection: "x-secret, keep-alive",
    te: "trailers",
    cookie: "kept=1",
  };
  const answer = await ask(w, { headers: claims });
  assert.equal(answer.status, 200);
  const { headers, rawHeaders } = w.inside.requests[0]!;
  assert.equal(headers.forwarded, `for=127.0.0.1;host=${HOST};proto=https`);
  assert.match(headers["x-turnpike-trace"] as string, /^[0-9a-f]{16}$/);
  assert.equal(headers["x-turnpike-trace"], answer.headers["x-turnpike-trace"]);
  assert.equal(headers.cookie, "kept=1");
  const names = rawHeaders.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase());
  assert.deepEqual(names.sort(), ["cookie", "forwarded", "host", "x-turnpike-trace"]);
});

test("a trace that the browser started is kept; anything else under its name is replaced", async (t) => {
  const w = await world(t);
  const trace = "0123456789abcdef";
  assert.equal((await ask(w, { headers: { "x-turnpike-trace": trace } })).headers["x-turnpike-trace"], trace);
  const answer = await ask(w, { headers: { "x-turnpike-trace": "<script>" } });
  assert.match(answer.headers["x-turnpike-trace"] as string, /^[0-9a-f]{16}$/);
});

test("a POST body arrives whole, with a length and in chunks", async (t) => {
  const w = await world(t, {
    inside: async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      response.end(Buffer.concat(chunks));
    },
  });
  const body = JSON.stringify({ callId: "123456789", name: "Zoë" });
  assert.equal((await ask(w, { method: "POST", path: "/api/join", body })).body, body);
  const chunked = { "transfer-encoding": "chunked" };
  assert.equal((await ask(w, { method: "POST", path: "/api/join", headers: chunked, body })).body, body);
});

test("five megabytes go up and come down as a stream", async (t) => {
  const w = await world(t, {
    limits: { bodyBytes: 8 * 1024 * 1024 },
    inside: (request, response) => void request.pipe(response),
  });
  const body = randomBytes(5 * 1024 * 1024)
    .toString("base64")
    .slice(0, 5 * 1024 * 1024);
  const digest = (text: string) => createHash("sha256").update(text).digest("hex");
  const answer = await ask(w, { method: "POST", path: "/echo", body });
  assert.equal(digest(answer.body), digest(body));
});

test("an answer's first bytes arrive before its last are written", async (t) => {
  const w = await world(t, {
    inside: (request, response) => {
      response.write("first");
      request.on("close", () => {});
      release.then(() => response.end("last"));
    },
  });
  let letGo = () => {};
  const release = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const socket = await tls(w.port);
  socket.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`);
  let text = "";
  socket.on("data", (chunk: Buffer) => (text += chunk));
  await until(() => text.includes("first"), "the first part is here");
  assert.ok(!text.includes("last"));
  letGo();
  await until(() => text.includes("last"), "the last part is here");
  socket.destroy();
});

test("a body over the cap is refused, told by length or found while streaming", async (t) => {
  const w = await world(t, {
    limits: { bodyBytes: 1000 },
    inside: (request, response) => void request.resume().on("end", () => response.end()),
  });
  const body = "x".repeat(1001);
  assert.equal((await ask(w, { method: "POST", path: "/", body })).status, 413);
  const chunked = { "transfer-encoding": "chunked" };
  assert.equal((await ask(w, { method: "POST", path: "/", headers: chunked, body })).status, 413);
});

test("a WebSocket is opened through the road and carries frames both ways", async (t) => {
  const w = await world(t);
  const socket = webSocket(w.port, { origin: `https://${HOST}:8443` });
  await once(socket, "open");
  for (const size of [1, 70_000, 1_000_000]) {
    const frame = randomBytes(size);
    socket.send(frame);
    const [answer] = (await once(socket, "message")) as [Buffer];
    assert.ok(answer.equals(frame));
  }
  assert.equal(socket.extensions, "");
  const { headers, url } = w.inside.upgrades[0]!;
  assert.equal(headers.forwarded, `for=127.0.0.1;host=${HOST};proto=https`);
  assert.equal(url, "/rtc/v1?access_token=x");
  assert.equal(w.edge.status().openWebSockets, 1);
  socket.close();
  await once(socket, "close");
  await until(() => w.edge.status().openWebSockets === 0, "no WebSocket is open");
  await until(() => w.core!.proxy.status().web.openWebSockets === 0, "nor on the core");
});

test("a WebSocket whose address holds an SDP offer is opened", async (t) => {
  const w = await world(t);
  const path = `/rtc/v1?join_request=${"x".repeat(40_000)}`;
  const socket = webSocket(w.port, { path });
  await once(socket, "open");
  assert.equal(w.inside.upgrades[0]!.url, path);
  socket.close();
});

test("a WebSocket that the inside refuses gets the inside's answer", async (t) => {
  const w = await world(t);
  const socket = webSocket(w.port, { path: "/refused" });
  const [, response] = (await once(socket, "unexpected-response")) as [unknown, IncomingMessage];
  assert.equal(response.statusCode, 401);
  socket.on("error", () => {});
  socket.terminate();
});

test("a page of another site opens no WebSocket", async (t) => {
  const w = await world(t);
  for (const origin of ["https://evil.example", `http://${HOST}`, `https://${HOST}.evil.example`, "null"]) {
    const socket = webSocket(w.port, { origin });
    const [, response] = (await once(socket, "unexpected-response")) as [unknown, IncomingMessage];
    assert.equal(response.statusCode, 403, origin);
    assert.equal(response.headers["x-turnpike-error"], "PROXY_BAD_ORIGIN");
    socket.on("error", () => {});
    socket.terminate();
  }
  assert.equal(w.inside.upgrades.length, 0);
});

test("what the allow list does not name is refused by the core, which logs reason and nearest rule", async (t) => {
  const w = await world(t);
  const answer = await ask(w, { method: "PATCH", path: "/api/join" });
  assert.equal(answer.status, 403);
  assert.equal(answer.headers["x-turnpike-error"], "CORE_ALLOW_LIST_REFUSED");
  assert.equal(JSON.parse(answer.body).error.code, "CORE_ALLOW_LIST_REFUSED");
  const { fields } = w.coreLines.find((l) => l.event === "allow list refused a request")!;
  assert.deepEqual(
    [fields.method, fields.url, fields.reason, fields.source],
    ["PATCH", `https://${HOST}/api/join`, "method must be one of GET, POST, PUT, HEAD, DELETE", "127.0.0.1"],
  );
  assert.equal(fields.nearest, `GET,POST,PUT,HEAD,DELETE https://${HOST}/*`);
  assert.equal(w.inside.requests.length, 0);
  await ask(w);
  const { rules, refused } = w.core!.proxy.status().allowList;
  assert.deepEqual([rules[0]!.allowed, rules[0]!.nearMisses, refused], [1, 1, 1]);
});

test("without a tunnel the edge says so at once: JSON to the API, a page to a person", async (t) => {
  const w = await world(t, { edgeOnly: true });
  const api = await ask(w, { method: "POST", path: "/api/join", body: "{}" });
  assert.equal(api.status, 502);
  assert.equal(api.headers["x-turnpike-error"], "EDGE_TUNNEL_DOWN");
  const { error } = JSON.parse(api.body);
  assert.equal(error.code, "EDGE_TUNNEL_DOWN");
  assert.equal(error.traceId, api.headers["x-turnpike-trace"]);
  assert.match(error.message, /not reachable from the edge/);
  const person = await ask(w, { path: "/meeting/123456789" });
  assert.equal(person.status, 502);
  assert.match(person.headers["content-type"]!, /text\/html/);
  assert.match(person.body, /not reachable from the edge.*EDGE_TUNNEL_DOWN/s);
  const socket = webSocket(w.port);
  const [, response] = (await once(socket, "unexpected-response")) as [unknown, IncomingMessage];
  assert.equal(response.headers["x-turnpike-error"], "EDGE_TUNNEL_DOWN");
  socket.on("error", () => {});
  socket.terminate();
});

test("a tunnel that is killed ends what it carried with 502 in a moment, and the road is back when the core is", async (t) => {
  const w = await world(t, { inside: (request, response) => void (request.url === "/slow" ? 0 : response.end("ok")) });
  assert.equal((await ask(w)).body, "ok");
  const slow = ask(w, { path: "/slow" });
  const socket = webSocket(w.port);
  await once(socket, "open");
  await until(() => w.inside.requests.some(({ url }) => url === "/slow"), "the slow request is inside");
  const started = performance.now();
  await w.core!.scope.close();
  assert.equal((await slow).headers["x-turnpike-error"], "EDGE_TUNNEL_DOWN");
  assert.equal((await ask(w)).status, 502);
  if (socket.readyState !== WebSocket.CLOSED) await once(socket, "close");
  assert.ok(performance.now() - started < 1000);
  const again = await w.startCore();
  await until(() => again.end.status().every(({ state }) => state === "active"), "the tunnel is up");
  assert.equal((await ask(w)).body, "ok");
});

test("a Web Bridge that is down is named by the core, and probed until it is back", async (t) => {
  const w = await world(t);
  await until(() => w.core!.proxy.status().joinHosts[0]!.targets[0]?.state === "active", "the target is active");
  w.inside.stop();
  const answer = await ask(w, { path: "/api/join" });
  assert.equal(answer.status, 502);
  assert.equal(answer.headers["x-turnpike-error"], "CORE_WEB_BRIDGE_UNREACHABLE");
  const row = await until(
    () => w.core!.proxy.status().joinHosts[0]!.targets.find((r) => r.state === "failed"),
    "the target has failed",
  );
  assert.match(row.state === "failed" ? row.lastError : "", /connection refused/);
  w.inside.server.listen(w.inside.port, "127.0.0.1");
  await until(() => w.core!.proxy.status().joinHosts[0]!.targets[0]?.state === "active", "the target is active again");
  assert.equal((await ask(w)).status, 200);
});
