import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { test } from "node:test";
import { StreamWriter } from "./index.ts";

test("what is written in one turn arrives in order, and a peer that does not read loses packets rather than fill memory", async () => {
  await using pair = await connected();
  const { writer, socket, peer } = pair;
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
});

test("a reply waits where media is dropped, and one that cannot wait either ends the connection", async () => {
  await using pair = await connected();
  const { writer, socket, peer } = pair;
  peer.pause();
  while (writer.write(Buffer.alloc(64 * 1024)));
  assert.equal(writer.write(Buffer.from("answer"), true), true);
  assert.equal(pair.choked, 0);
  while (writer.write(Buffer.alloc(64 * 1024), true));
  assert.equal(pair.choked, 1);
  assert.ok(socket.writableLength < 1.2 * 1024 * 1024);
  socket.destroy();
  assert.equal(writer.write(Buffer.from("gone"), true), false);
  assert.equal(pair.choked, 1, "a connection that has ended is not choked");
});

async function connected() {
  const server = net.createServer({ pauseOnConnect: true }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const accepted = once(server, "connection") as Promise<[net.Socket]>;
  const socket = net.connect((server.address() as net.AddressInfo).port, "127.0.0.1");
  const [peer] = await accepted;
  const pair = {
    choked: 0,
    socket,
    peer,
    writer: new StreamWriter(socket, () => pair.choked++),
    [Symbol.asyncDispose]: async () => {
      for (const end of [socket, peer]) end.destroy();
      server.close();
      await once(server, "close");
    },
  };
  return pair;
}
