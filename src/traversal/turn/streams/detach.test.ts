import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "#until";
import { BIND, BOUND, NOT_BOUND, REQUEST, type Received, Remote, world } from "./test-world.ts";

const RAW = Buffer.from("\x80raw bytes that are no frame");

/** As the core does it: the answer, and behind it whatever follows from it, some time after the request. */
function answerLater(after: (received: Received) => void, answer: Buffer) {
  return ({ client, frame }: Received) => {
    if (!frame.equals(BIND) || client.path.transport !== "tcp") return;
    const { writer } = client.path;
    setImmediate(() => {
      writer.write(answer, true);
      after({ client, frame });
    });
  };
}

test("what comes behind a ConnectionBind belongs to whoever detaches the stream, wherever it is cut", async () => {
  const all = Buffer.concat([REQUEST, BIND, RAW]);
  for (let cut = 0; cut <= all.length; cut++) {
    await using w = await world();
    let bytes = "";
    w.core.onFrame = answerLater(({ client }) => {
      const { socket, head } = client.stream!.detach();
      bytes = head.toString("latin1");
      socket.on("data", (chunk: Buffer) => {
        bytes += chunk.toString("latin1");
      });
      socket.resume();
    }, BOUND);
    const remote = await Remote.plain(w.scope, await w.listen());
    remote.socket.write(all.subarray(0, cut));
    if (cut === REQUEST.length) await until(() => w.received.length === 1);
    if (cut > REQUEST.length + BIND.length) await until(() => remote.data.length > 0);
    remote.socket.write(all.subarray(cut));
    await until(() => bytes === RAW.toString("latin1") && remote.data.equals(BOUND));
    assert.deepEqual(
      w.received.map(({ frame }) => frame),
      [REQUEST, BIND],
    );
  }
});

test("what comes between a ConnectionBind and its answer, and right after the detachment, is not lost", async () => {
  await using w = await world();
  const remote = await Remote.plain(w.scope, await w.listen());
  remote.socket.write(BIND);
  await until(() => w.received.length === 1);
  remote.socket.write("between ");
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
  const { socket, head } = w.received[0]!.client.stream!.detach();
  remote.socket.write("after");
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
  let text = String(head);
  socket.on("data", (chunk: Buffer) => {
    text += chunk;
  });
  socket.resume();
  await until(() => text === "between after");
});

test("over TLS a stream is detached just so", async () => {
  await using w = await world();
  const heads: string[] = [];
  w.core.onFrame = answerLater(({ client }) => {
    const { socket, head } = client.stream!.detach();
    heads.push(head.toString("latin1"));
    socket.end("from the peer");
  }, BOUND);
  const remote = await Remote.tls(w.scope, await w.listen());
  remote.socket.write(Buffer.concat([BIND, RAW]));
  await until(() => remote.closed);
  assert.deepEqual(heads, [RAW.toString("latin1")]);
  assert.equal(remote.data.subarray(BOUND.length).toString(), "from the peer");
});

test("after a refused ConnectionBind framing goes on with what came behind it", async () => {
  await using w = await world();
  w.core.onFrame = answerLater(() => {}, NOT_BOUND);
  const remote = await Remote.plain(w.scope, await w.listen());
  remote.socket.write(Buffer.concat([BIND, REQUEST, BIND, REQUEST.subarray(0, 7)]));
  await until(() => w.received.length === 3);
  remote.socket.write(REQUEST.subarray(7));
  await until(() => w.received.length === 4);
  assert.deepEqual(
    w.received.map(({ frame }) => frame),
    [BIND, REQUEST, BIND, REQUEST],
  );
});

test("a detached stream is not closed for being idle, and its end is not the end of a client", async () => {
  await using w = await world();
  let detached = false;
  w.core.onFrame = answerLater(({ client }) => {
    client.stream!.detach();
    detached = true;
  }, BOUND);
  const remote = await Remote.plain(w.scope, await w.listen());
  remote.socket.write(BIND);
  await until(() => detached);
  w.pass(600);
  assert.equal(w.streams.size, 1);
  w.streams.close();
  await until(() => w.streams.size === 0 && remote.closed);
  assert.equal(w.gone.length, 0);
});

test("a client whose ConnectionBind is never answered is closed as an idle one", async () => {
  await using w = await world();
  const remote = await Remote.plain(w.scope, await w.listen());
  remote.socket.write(BIND);
  await until(() => w.received.length === 1);
  w.pass(61);
  await until(() => remote.closed && w.gone.length === 1);
});
