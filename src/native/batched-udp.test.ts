import assert from "node:assert/strict";
import dgram from "node:dgram";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { TransportAddress } from "#base";
import { type BatchedUdp, type BatchedUdpOptions, nativeAvailable, openBatchedUdp } from "./index.ts";

const skip: string | false = nativeAvailable() ? false : "the native addon is not built";
const QUEUE = 1 << 20;

for (const here of ["127.0.0.1", "::1"]) {
  for (const join of [true, false])
    test(`${here}: bursts arrive whole, in order, from where they were sent, ${join ? "joined" : "alone"}`, {
      skip,
    }, async () => {
      using one = open(here, { join });
      using two = open(here);
      const sent: string[] = [];
      for (let burst = 0; burst < 20; burst++) {
        // The last one of a burst is shorter.
        const sizes = [...Array(11).fill(1100), 700];
        for (const [i, size] of sizes.entries()) sent.push(one.give(two.socket.address, size, burst * 100 + i));
        await until(() => two.packets.length === sent.length);
      }
      assert.deepEqual(two.packets, sent);
      assert.deepEqual([...new Set(two.senders)], [two.senders[0]], "one object for one sender");
      assert.deepEqual(two.senders[0], one.socket.address);
      const { sent: packets, calls, joined, dropped } = one.socket.counters;
      assert.deepEqual([packets, calls, joined, dropped], [240, 20, join ? 20 : 0, 0]);
    });

  test(`${here}: every size arrives as it was sent, the empty one too`, { skip }, async () => {
    using one = open(here);
    using two = open(here);
    const sizes = [0, 0, 1, 1, 1472, 1473, 1473, 0, 60_000, 60_000, 1, 65_507];
    const sent = sizes.map((size, i) => one.give(two.socket.address, size, i));
    await until(() => two.packets.length === sizes.length);
    assert.deepEqual(two.packets, sent);
  });

  test(`${here}: what one turn sends to many leaves together, and each gets its own in order`, { skip }, async () => {
    using one = open(here);
    const guests = Array.from({ length: 20 }, () => open(here));
    const sent = guests.map(() => [] as string[]);
    for (let i = 0; i < 12; i++)
      for (const [guest, { socket }] of guests.entries()) sent[guest]!.push(one.give(socket.address, 1000 + guest, i));
    for (const [i, guest] of guests.entries()) {
      await until(() => guest.packets.length === 12);
      assert.deepEqual(guest.packets, sent[i]);
    }
    const { calls, joined } = one.socket.counters;
    assert.deepEqual([calls, joined], [1, 20]);
    for (const guest of guests) guest.socket.close();
  });

  test(`${here}: a connected socket hears and speaks to its peer only, and is told when nobody is there`, {
    skip,
  }, async () => {
    using server = open(here);
    using stranger = open(here);
    using client = connected(server.socket.address);
    stranger.give(client.socket.address, 10, 1);
    const [up, down] = [client.give(undefined, 100, 2), server.give(client.socket.address, 200, 3)];
    await until(() => client.packets.length > 0);
    await until(() => server.packets.length > 0);
    assert.deepEqual([server.packets, client.packets], [[up], [down]]);
    server.socket.close();
    for (let i = 0; i < 3 && client.errors.length === 0; i++) {
      client.give(undefined, 100, i);
      await until(() => client.errors.length > 0);
    }
    assert.deepEqual([...new Set(client.errors)], ["ECONNREFUSED"]);
    using again = open(here, { bind: server.socket.address });
    const late = client.give(undefined, 50, 9);
    await until(() => again.packets.length > 0);
    assert.deepEqual(again.packets, [late], "a refusal costs no packet");
  });
}

test("what is in front of the packet is not sent, and the bytes may be overwritten at once", { skip }, async () => {
  using one = open("127.0.0.1");
  using two = open("127.0.0.1");
  const buffer = Buffer.from("HEADpayload");
  one.socket.send(buffer, 4, two.socket.address);
  buffer.fill(0);
  await until(() => two.texts.length > 0);
  assert.deepEqual(two.texts, ["payload"]);
});

test("what the kernel refuses to take joined leaves alone, whole and in order, and large ones are not tried again", {
  skip,
}, async () => {
  using one = open("127.0.0.1", { join: "refused" });
  using two = open("127.0.0.1");
  const sent: string[] = [];
  for (const [size, splits] of [
    [1100, [1, 2, 3]],
    [1300, [4, 4, 4]],
  ] as const)
    for (const split of splits) {
      for (let i = 0; i < 12; i++) sent.push(one.give(two.socket.address, size, i));
      await until(() => two.packets.length === sent.length);
      assert.equal(one.socket.counters.split, split);
    }
  assert.deepEqual(two.packets, sent);
  assert.equal(one.socket.counters.dropped, 0);
});

test("whoever floods does not keep the event loop from its other work", { skip }, async () => {
  using one = open("127.0.0.1", { join: false });
  using two = open("127.0.0.1");
  const FLOOD = 3000;
  for (let i = 0; i < FLOOD; i++) one.give(two.socket.address, 64, i);
  await turn();
  let turns = 0;
  let most = 0;
  let before = two.packets.length;
  while (two.packets.length < FLOOD && turns < 1000) {
    await turn();
    turns++;
    most = Math.max(most, two.packets.length - before);
    before = two.packets.length;
  }
  assert.equal(two.packets.length, FLOOD);
  assert.ok(most <= 32, `${most} in one turn`);
});

test("node:dgram understands a batch, and is understood", { skip }, async () => {
  const plain = dgram.createSocket("udp4").bind(0, "127.0.0.1");
  await once(plain, "listening");
  const heard: number[] = [];
  plain.on("message", (bytes) => heard.push(bytes.length));
  using one = open("127.0.0.1");
  const { address, port } = plain.address();
  for (let i = 0; i < 100; i++) one.give({ address, port }, 1000, i);
  while (heard.length < 100) await once(plain, "message");
  assert.deepEqual(heard, Array(100).fill(1000));
  for (let i = 0; i < 10; i++) plain.send(Buffer.alloc(i), one.socket.address.port, "127.0.0.1");
  await until(() => one.packets.length === 10);
  plain.close();
});

test("no more than a queue waits: what a busy kernel does not take is dropped and counted", { skip }, async () => {
  using two = open("127.0.0.1");
  using one = open("127.0.0.1", { queue: 4000 });
  assert.equal(one.socket.send(Buffer.alloc(4001), 0, two.socket.address), false);
  // More than the queue, yet the kernel takes it.
  for (let i = 0; i < 20; i++) assert.equal(one.socket.send(Buffer.alloc(1000), 0, two.socket.address), true);
  await until(() => two.packets.length === 20);
  const { sent, calls, dropped } = one.socket.counters;
  assert.deepEqual([sent, calls, dropped], [20, 5, 1]);
});

test("what is no address is not sent, and what no path carries costs only itself", { skip }, async () => {
  using one = open("127.0.0.1");
  using two = open("127.0.0.1");
  for (const address of ["localhost", "fe80::1%lo", ""])
    assert.equal(one.socket.send(Buffer.from("x"), 0, { address, port: 9 }), false);
  const good = [one.give(two.socket.address, 10, 1)];
  // A family that this socket has not, and more than IPv4 carries.
  for (const bytes of [10, 10, 10]) one.give({ address: "::1", port: 9 }, bytes, 0);
  one.give(two.socket.address, 65_530, 0);
  good.push(one.give(two.socket.address, 10, 2));
  await until(() => two.packets.length === 2);
  assert.deepEqual(two.packets, good);
  assert.equal(one.socket.counters.dropped, 3 + 3 + 1);
});

test("a taken port and a text that is no address are the system's errors", { skip }, () => {
  using one = open("127.0.0.1");
  assert.throws(() => open("127.0.0.1", { bind: one.socket.address }), { code: "EADDRINUSE", syscall: "bind" });
  assert.throws(() => open("localhost"), { code: "EINVAL" });
});

test("a socket closed by its own listener, within a batch, tells nothing more and sends nothing", {
  skip,
}, async () => {
  using two = open("127.0.0.1");
  let heard = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const one: BatchedUdp = openBatchedUdp(
    { bind: { address: "127.0.0.1", port: 0 }, socketBuffer: QUEUE, queue: QUEUE },
    {
      onPacket: () => {
        heard++;
        one.send(Buffer.from("good-bye"), 0, two.socket.address);
        one.close();
        one.close();
        resolve();
      },
      onError: assert.fail,
    },
  );
  for (let i = 0; i < 50; i++) two.give(one.address, 100, i);
  await promise;
  await until(() => two.texts.length > 0);
  assert.deepEqual([heard, two.texts], [1, ["good-bye"]], "what was sent before leaves");
  assert.equal(one.send(Buffer.from("x"), 0, two.socket.address), false);
  assert.ok(one.counters.received >= 1, "the counters outlive it");
});

test("closed sockets give their descriptors back, a thread may end while its own are open", { skip }, async () => {
  const count = () => readdirSync("/proc/self/fd").length;
  const before = count();
  const sockets = Array.from({ length: 50 }, () => open("127.0.0.1"));
  assert.equal(count(), before + 50);
  for (const { socket } of sockets) socket.close();
  assert.equal(count(), before);
  const door = new URL("./index.ts", import.meta.url).href;
  const code = `import(${JSON.stringify(door)}).then(({ openBatchedUdp }) => {
    const where = { address: "127.0.0.1", port: 0 };
    const socket = openBatchedUdp({ bind: where, socketBuffer: 65536, queue: 65536 }, {});
    socket.send(Buffer.alloc(10), 0, { address: "127.0.0.1", port: 9 });
    require("node:worker_threads").parentPort.postMessage("open");
  })`;
  const worker = new Worker(code, { eval: true });
  await once(worker, "message");
  assert.equal(await worker.terminate(), 1);
});

interface Party extends Disposable {
  readonly socket: BatchedUdp;
  /** As `give` names them. */
  readonly packets: string[];
  readonly texts: string[];
  readonly senders: TransportAddress[];
  readonly errors: string[];
  /** Sends that many bytes that begin with `mark`, and returns how they are named when they arrive. */
  give(to: TransportAddress | undefined, size: number, mark: number): string;
}

function open(address: string, options: Partial<BatchedUdpOptions> = {}): Party {
  return party({ bind: { address, port: 0 }, ...options });
}

function connected(peer: TransportAddress): Party {
  return party({ peer });
}

function party(options: Partial<BatchedUdpOptions>): Party {
  const [packets, texts, senders, errors] = [[], [], [], []] as [string[], string[], TransportAddress[], string[]];
  const socket = openBatchedUdp(
    { socketBuffer: 4 << 20, queue: QUEUE, ...options },
    {
      onPacket: (bytes, from) => {
        packets.push(nameOf(bytes));
        texts.push(bytes.toString("latin1"));
        senders.push(from);
      },
      onError: (code) => void errors.push(code),
    },
  );
  return {
    ...{ socket, packets, texts, senders, errors },
    give(to, size, mark) {
      const bytes = Buffer.alloc(size, mark % 251);
      if (size >= 4) bytes.writeUInt32BE(mark);
      socket.send(bytes, 0, to);
      return nameOf(bytes);
    },
    [Symbol.dispose]: () => socket.close(),
  };
}

function nameOf(bytes: Buffer): string {
  const mark = bytes.length >= 4 ? bytes.readUInt32BE() : (bytes[0] ?? -1);
  return `${bytes.length} bytes of ${mark}, then ${bytes.at(-1)}`;
}

async function until(done: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!done()) {
    assert.ok(Date.now() < deadline, "the effect did not come in time");
    await turn();
  }
}
