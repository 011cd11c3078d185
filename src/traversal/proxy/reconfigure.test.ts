import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { type ClientOptions, WebSocket } from "ws";
import { createAuthority, issueServer } from "#certificates";
import { until } from "#until";
import { certificateNames } from "./certificate-names.ts";
import { ask, ca, HOST, issue, road, tls } from "./testing/road.ts";

const NEW = "new.example.com";

async function webSocket(port: number): Promise<WebSocket> {
  const options = { ca, servername: HOST, headers: { host: HOST } } as ClientOptions;
  const socket = new WebSocket(`wss://127.0.0.1:${port}/rtc`, options);
  socket.on("error", () => {});
  await once(socket, "open");
  return socket;
}

test("a join host that is added is served at once, one that is removed is unknown and its WebSockets end", async (t) => {
  const w = await road();
  t.after(() => w.scope.close());
  const open = await webSocket(w.port);
  await assert.rejects(tls(w.port, NEW));

  w.edge.configure({ joinHosts: [HOST, NEW] });
  const socket = await tls(w.port, NEW);
  socket.destroy();
  open.send("still here");
  const [message] = (await once(open, "message")) as [Buffer];
  assert.equal(message.toString(), "still here");

  w.edge.configure({ joinHosts: [NEW] });
  await until(() => open.readyState === WebSocket.CLOSED, "the WebSocket has ended");
  await assert.rejects(tls(w.port, HOST), { code: "ERR_SSL_TLSV1_UNRECOGNIZED_NAME" });
});

test("limits that change hold for the next connection and the next request, and nobody is cut off", async (t) => {
  const w = await road();
  t.after(() => w.scope.close());
  const open = await webSocket(w.port);
  w.edge.configure({ limits: { connectionsPerSource: 1, bodyBytes: 10 } });
  await assert.rejects(tls(w.port));
  w.edge.configure({ limits: { connectionsPerSource: 600 } });
  assert.equal((await ask(w, { method: "POST", body: "more than ten bytes" })).status, 413);
  open.send("still here");
  await once(open, "message");
  open.terminate();
});

test("a join host that the certificate does not name gets a clear page, until the certificate does", async (t) => {
  const w = await road();
  t.after(() => w.scope.close());
  const authority = await createAuthority("another");
  const bare = await issueServer(authority, { names: ["something.else.example"] });
  assert.deepEqual(certificateNames(bare, [HOST, "something.else.example"]), [
    { host: HOST, named: false },
    { host: "something.else.example", named: true },
  ]);
  w.edge.setCertificate(bare);
  // A guest who has clicked the browser's warning away.
  const { request } = await import("node:https");
  const message = request({ host: "127.0.0.1", port: w.port, servername: HOST, rejectUnauthorized: false });
  message.setHeader("host", HOST);
  message.end();
  const [response] = await once(message, "response");
  assert.equal(response.statusCode, 503);
  assert.equal(response.headers["x-turnpike-error"], "PROXY_CERTIFICATE_NAME");
  response.resume();
  w.edge.setCertificate(await issue());
  assert.equal((await ask(w)).status, 200);
});

test("a wildcard and an address count as names; the common name does not", async () => {
  const authority = await createAuthority("names");
  const pair = await issueServer(authority, { names: ["*.example.com"], addresses: ["192.0.2.1"] });
  assert.deepEqual(
    certificateNames(pair, ["join.example.com", "a.b.example.com", "192.0.2.1", "192.0.2.2"]).map(({ named }) => named),
    [true, false, true, false],
  );
});
