import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import type { WebSocket } from "ws";
import { Scope } from "#base";
import type { ClientOrigin, SignallingRequest, SignallingStream } from "#bridge-link";
import { echoService } from "../bridge-link/testing.ts";
import { type World, world } from "./testing.ts";

const PATH = "/rtc/v1?access_token=a.b.c";

async function opened(w: World, path = PATH, headers = {}): Promise<WebSocket> {
  const socket = w.socket(path, headers);
  await once(socket, "open");
  return socket;
}

async function refusal(w: World, path: string, headers = {}): Promise<number | undefined> {
  const socket = w.socket(path, headers);
  socket.on("error", () => {});
  const [, response] = await once(socket, "unexpected-response");
  response.resume();
  return response.statusCode;
}

const closeOf = async (socket: WebSocket) => {
  const [code, reason] = await once(socket, "close");
  return `${code} ${reason}`;
};

test("text and bytes go to the Call Bridge and back, with token and query apart", async () => {
  await using scope = new Scope();
  const w = await world(scope, ["127.0.0.1"]);
  const seen: { request: SignallingRequest; origin: ClientOrigin }[] = [];
  const openSignalling = (request: SignallingRequest, origin: ClientOrigin, stream: SignallingStream) => {
    seen.push({ request, origin });
    stream.onMessage((frame) => stream.send(frame));
  };
  await w.link(scope, echoService({ openSignalling }));
  const headers = { forwarded: "for=198.51.100.7;host=join.example.com", origin: "https://join.example.com" };
  const socket = await opened(w, `${PATH}&sdk=js&join_request=${"x".repeat(30_000)}`, headers);
  for (const frame of ["héllo", Buffer.from([0, 255])]) {
    socket.send(frame);
    const [data, binary] = await once(socket, "message");
    assert.deepEqual(binary ? data : String(data), frame);
  }
  assert.equal(seen[0]?.request.token, "a.b.c");
  assert.deepEqual(Object.keys(seen[0]?.request.query ?? {}), ["sdk", "join_request"]);
  assert.equal(`${seen[0]?.origin.address} ${seen[0]?.origin.via}`, "198.51.100.7 edge");
  socket.close();
});

test("the Call Bridge's close reaches the client with its code, and the client's reaches the Call Bridge", async () => {
  await using scope = new Scope();
  const w = await world(scope);
  const told = Promise.withResolvers<string>();
  const openSignalling = ({ token }: SignallingRequest, _origin: ClientOrigin, stream: SignallingStream) => {
    stream.onClose((code, reason) => told.resolve(`${code} ${reason}`));
    if (token === "refused") stream.close(4001, "token refused");
  };
  await w.link(scope, echoService({ openSignalling }));
  assert.equal(await closeOf(await opened(w, "/rtc/v1?access_token=refused")), "4001 token refused");
  assert.equal(await told.promise, "4001 token refused");
  const again = Promise.withResolvers<string>();
  Object.assign(told, again);
  (await opened(w)).close(1001, "tab closed");
  assert.equal(await again.promise, "1001 tab closed");
});

test("a lost bridge link closes clients with 1012, so that they resume", async () => {
  await using scope = new Scope();
  const w = await world(scope);
  const callBridge = new Scope();
  await w.link(callBridge, echoService());
  const socket = await opened(w);
  const closed = closeOf(socket);
  await callBridge.close();
  assert.match(await closed, /^1012 /);
});

test("a Web Bridge that ends tells its clients 1012", async () => {
  const scope = new Scope();
  const w = await world(scope);
  await w.link(scope, echoService());
  const closed = closeOf(await opened(w));
  await scope.close();
  assert.match(await closed, /^1012 /);
});

test("upgrades are refused by reason: path, page of another site, no token, no bridge link", async () => {
  await using scope = new Scope();
  const w = await world(scope);
  const host = `127.0.0.1:${w.bridge.address.port}`;
  assert.equal(await refusal(w, PATH), 503);
  await w.link(scope, echoService());
  assert.equal(await refusal(w, "/rtc?access_token=a.b.c"), 404);
  assert.equal(await refusal(w, "/rtc/v1"), 401);
  assert.equal(await refusal(w, PATH, { origin: "https://evil.example" }), 403);
  assert.equal(await refusal(w, PATH, { origin: "null" }), 403);
  const forwarded = { forwarded: "host=evil.example", origin: "https://evil.example" };
  assert.equal(await refusal(w, PATH, forwarded), 403);
  assert.equal(await refusal(w, PATH, { origin: `http://${host}` }), 403);
  for (const origin of [`https://${host}`, "https://127.0.0.1:8443"]) (await opened(w, PATH, { origin })).close();
  (await opened(w, "/rtc/v1", { authorization: "Bearer a.b.c" })).close();
});

test("a message over a megabyte closes the client's socket and only that one", async () => {
  await using scope = new Scope();
  const w = await world(scope);
  await w.link(scope, echoService());
  const [big, other] = [await opened(w), await opened(w)];
  const closed = closeOf(big);
  big.send(Buffer.alloc(1_048_577));
  assert.match(await closed, /^1009 /);
  other.send("still here");
  const [data] = await once(other, "message");
  assert.equal(String(data), "still here");
  other.close();
});

test("a client that sends faster than the Call Bridge reads is held back, and all of it arrives", async () => {
  await using scope = new Scope();
  const w = await world(scope);
  let received = 0;
  const half = Promise.withResolvers<() => void>();
  const all = Promise.withResolvers<void>();
  const openSignalling = (_request: SignallingRequest, _origin: ClientOrigin, stream: SignallingStream) => {
    stream.pause?.();
    half.resolve(() => stream.resume?.());
    stream.onMessage((frame) => {
      received += frame.length;
      if (received === 20_000_000) all.resolve();
    });
  };
  await w.link(scope, echoService({ openSignalling }));
  const socket = await opened(w);
  for (let i = 0; i < 20; i++) socket.send(Buffer.alloc(1_000_000));
  const go = await half.promise;
  // What the sender still holds after its socket has drained nowhere: the pipe is full, not the memory of the bridge.
  for (let last = -1; socket.bufferedAmount !== last; await scope.sleep(200)) last = socket.bufferedAmount;
  assert.ok(socket.bufferedAmount > 8_000_000, `${socket.bufferedAmount} bytes still at the client`);
  go();
  await all.promise;
  socket.close();
});
