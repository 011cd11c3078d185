import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:https";
import { after, test } from "node:test";
import { until } from "#until";
import { ask, ca, HOST, road } from "./testing/road.ts";

const inside = { bytes: 0 };
const w = await road({
  limits: { bodyBytes: 100_000 },
  inside: (message, response) => {
    if (message.url === "/early") return void response.end("early");
    message.on("data", (chunk: Buffer) => {
      inside.bytes += chunk.length;
    });
    message.on("end", () => response.end("all"));
    message.on("error", () => {});
  },
});
after(() => w.scope.close());

function post(path: string) {
  const headers = { host: HOST, "transfer-encoding": "chunked" };
  const message = request({ port: w.port, host: "127.0.0.1", ca, servername: HOST, method: "POST", path, headers });
  message.on("error", () => {});
  return message;
}

test("a client that goes in the middle of a body when its answer is out already harms nobody else", async () => {
  const message = post("/early");
  message.write("half");
  const [answer] = await once(message, "response");
  answer.on("error", () => {});
  message.destroy();
  assert.equal((await ask(w)).body, "all");
});

test("a body without a length is cut off at its limit, and the client told", async () => {
  const message = post("/");
  message.end(Buffer.alloc(200_000));
  const [answer] = await once(message, "response");
  assert.equal(answer.statusCode, 413);
  assert.equal(answer.headers["x-turnpike-error"], "PROXY_TOO_LARGE");
  assert.ok(inside.bytes <= 100_000);
});

test("a client that waits for 100 Continue is asked to go on", async () => {
  const headers = { host: HOST, "content-length": "4", expect: "100-continue" };
  const message = request({ port: w.port, host: "127.0.0.1", ca, servername: HOST, method: "POST", headers });
  message.flushHeaders();
  await once(message, "continue");
  message.end("body");
  const [answer] = await once(message, "response");
  assert.equal(answer.statusCode, 200);
});

test("a body whose client goes before its end ends inside as well", async () => {
  const before = inside.bytes;
  const closed = new Promise((resolve) => w.inside.server.once("request", (message) => message.once("close", resolve)));
  const message = post("/");
  message.write("half");
  await until(() => inside.bytes > before, "half of it is inside");
  message.destroy();
  await closed;
});
