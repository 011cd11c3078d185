import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { test } from "node:test";
import { StreamWriter } from "./index.ts";

test("what is written in one turn arrives in order, and a peer that does not read loses packets rather than fill memory", async () => {
  const server = net.createServer({ pauseOnConnect: true }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const accepted = once(server, "connection") as Promise<[net.Socket]>;
  const socket = net.connect((server.address() as net.AddressInfo).port, "127.0.0.1");
  const [peer] = await accepted;
  const writer = new StreamWriter(socket);
  assert.equal(writer.write(Buffer.from("one ")), true);
  assert.equal(writer.write(Buffer.from("two")), true);
  const [first] = (await Promise.all([once(peer, "data"), peer.resume()]))[0] as [Buffer];
  assert.equal(String(first), "one two");
  peer.pause();
  for (let i = 0; i < 64; i++) writer.write(Buffer.alloc(256 * 1024));
  assert.ok(writer.dropped > 0);
  assert.ok(socket.writableLength < 1024 * 1024);
  for (const end of [socket, peer]) end.destroy();
  assert.equal(writer.write(Buffer.from("gone")), false);
  server.close();
});
