import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { WebSocket } from "ws";
import { until } from "#until";
import { ca, HOST, type RoadOptions, road } from "./testing/road.ts";

async function world(t: TestContext, limits: RoadOptions["limits"]) {
  const w = await road(limits ? { limits } : {});
  t.after(() => w.scope.close());
  return w;
}

async function open(port: number): Promise<WebSocket> {
  const options = { ca, servername: HOST, headers: { host: HOST }, perMessageDeflate: false };
  const socket = new WebSocket(`wss://127.0.0.1:${port}/rtc`, options);
  socket.on("error", () => {});
  await once(socket, "open");
  return socket;
}

test("a frame over the limit ends the WebSocket with 1009, and one at the limit passes", async (t) => {
  const w = await world(t, { webSocketFrameBytes: 1000 });
  const socket = await open(w.port);
  socket.send(Buffer.alloc(1000, 7));
  const [echoed] = await once(socket, "message");
  assert.equal(echoed.length, 1000);
  socket.send(Buffer.alloc(1001));
  const [code] = await once(socket, "close");
  assert.equal(code, 1009);
  await until(() => w.edge.status().openWebSockets === 0, "it is let go");
});

test("a WebSocket on which nothing moves is ended, one that is used is not", async (t) => {
  const w = await world(t, { webSocketIdleMs: 400 });
  const [idle, used] = [await open(w.port), await open(w.port)];
  const ping = w.scope.every(50, () => used.send("still here"));
  await once(idle, "close");
  assert.equal(used.readyState, WebSocket.OPEN);
  ping.cancel();
  await once(used, "close");
});

test("a reader who does not read holds back the writer inside, and then gets every byte in order", async (t) => {
  const w = await world(t, {});
  const socket = await open(w.port);
  let heard = 0;
  let sent = 0;
  const message = (number: number) => Buffer.alloc(100_000, number);
  socket.pause();
  for (; sent < 100; sent++) socket.send(message(sent));
  socket.on("message", (data: Buffer) => {
    assert.deepEqual(data, message(heard++));
  });
  socket.resume();
  await until(() => heard === sent, "all of it is back");
  socket.close();
});
