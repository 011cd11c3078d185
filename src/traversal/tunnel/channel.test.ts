import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { type TestContext, test } from "node:test";
import ssh2, { type Channel, type ClientChannel, type Connection } from "ssh2";
import { ALGORITHMS } from "./algorithms.ts";
import { TunnelChannel } from "./channel.ts";
import { coreKey, hostKey } from "./testing/world.ts";

/** Both ends of a channel between ssh2's server and client: `edge` as ssh2 made it, `core` as what it is for us. */
async function channelPair(t: TestContext) {
  const server = new ssh2.Server({ hostKeys: [hostKey.privateKey], algorithms: ALGORITHMS });
  const listener = createServer((socket) => server.injectSocket(socket)).listen(0, "127.0.0.1");
  await once(listener, "listening");
  const client = new ssh2.Client();
  client.on("error", () => {});
  t.after(() => {
    client.destroy();
    listener.close();
  });
  const connected = once(server, "connection") as Promise<[Connection]>;
  const sock = connect((listener.address() as AddressInfo).port, "127.0.0.1");
  client.connect({ sock, username: "core", privateKey: coreKey.privateKey, algorithms: ALGORITHMS });
  const [connection] = await connected;
  connection.on("error", () => {});
  connection.on("authentication", (context) => context.accept());
  connection.on("request", (accept) => accept?.());
  await once(client, "ready");
  // ssh2 refuses channels of a host that its client never asked for.
  await new Promise((resolve) => client.forwardIn("host", 443, resolve));
  const accepted = new Promise<ClientChannel>((resolve) =>
    client.once("tcp connection", (_details, accept) => resolve(accept())),
  );
  const opened = new Promise<Channel>((resolve, reject) =>
    connection.forwardOut("host", 443, "127.0.0.1", 0, (error, channel) => (error ? reject(error) : resolve(channel))),
  );
  const inner = await accepted;
  return { edge: await opened, inner, core: new TunnelChannel(inner) };
}

/** Sends what the window does not allow, as only a broken or hostile edge does. */
function overrun(channel: Channel, packets: number): void {
  const { _client, outgoing } = channel as unknown as {
    _client: { _protocol: { channelData(id: number, data: Buffer): void } };
    outgoing: { id: number };
  };
  for (let i = 0; i < packets; i++) _client._protocol.channelData(outgoing.id, Buffer.alloc(32_000));
}

test("bytes that were not granted end the channel, and are told", async (t) => {
  const { edge, inner, core } = await channelPair(t);
  const told = once(inner, "overrun");
  const failed = once(core, "error");
  overrun(edge, 70);
  await told;
  const [error] = await failed;
  assert.match(error.message, /more than was granted/);
});

test("extended data, which nobody reads, ends the channel and is told", async (t) => {
  const { edge, inner, core } = await channelPair(t);
  const told = once(inner, "overrun");
  const failed = once(core, "error");
  const { _client, outgoing } = edge as unknown as {
    _client: { _protocol: { channelExtData(id: number, data: Buffer, type: number): void } };
    outgoing: { id: number };
  };
  _client._protocol.channelExtData(outgoing.id, Buffer.alloc(32_000), 1);
  await told;
  const [error] = await failed;
  assert.match(error.message, /extended data/);
});

test("an end from the other side is read after all that came before it", async (t) => {
  const { edge, core } = await channelPair(t);
  edge.write("one ");
  edge.end("two");
  let text = "";
  for await (const chunk of core) text += chunk;
  assert.equal(text, "one two");
});

test("a window that is used up is granted anew as the reader reads", async (t) => {
  const { edge, core } = await channelPair(t);
  const bytes = 5_000_000;
  edge.end(Buffer.alloc(bytes, 1));
  let seen = 0;
  for await (const chunk of core) seen += (chunk as Buffer).length;
  assert.equal(seen, bytes);
});
