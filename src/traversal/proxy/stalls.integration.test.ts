import { test } from "node:test";
import { until } from "#until";
import { HOST, road, tls } from "./testing/road.ts";

test("a client that asks for much and reads nothing is cut off, and lets go of its connection to the inside", async (t) => {
  let ended = 0;
  const w = await road({
    limits: { stallMs: 100 },
    inside: (_request, response) => {
      response.on("close", () => ended++);
      response.end(Buffer.alloc(64 * 1024 * 1024));
    },
  });
  t.after(() => w.scope.close());
  const socket = await tls(w.port);
  socket.on("error", () => {});
  socket.pause();
  socket.write(`GET /big HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  await until(() => ended === 1, "the answer was ended inside as well");
  socket.destroy();
});

test("a client that reads slowly but steadily gets all of it", async (t) => {
  const size = 8 * 1024 * 1024;
  const w = await road({ limits: { stallMs: 150 }, inside: (_request, response) => response.end(Buffer.alloc(size)) });
  t.after(() => w.scope.close());
  const socket = await tls(w.port);
  let seen = 0;
  socket.on("data", (chunk: Buffer) => {
    seen += chunk.length;
    socket.pause();
    setImmediate(() => socket.resume());
  });
  socket.write(`GET /big HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`);
  await until(() => seen > size, "all of it is here");
  socket.destroy();
});
