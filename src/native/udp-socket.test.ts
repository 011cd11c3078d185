import assert from "node:assert/strict";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { TransportAddress } from "#base";
import { until } from "#until";
import { type IcmpError, type NativeUdpSocket, nativeAvailable, openUdpSocket } from "./index.ts";

const skip: string | false = nativeAvailable() ? false : "the native addon is not built";

for (const [here, version, type, code] of [
  ["127.0.0.1", 4, 3, 3],
  ["::1", 6, 1, 4],
] as const) {
  test(`${here}: a datagram arrives as it was sent, from where it was sent`, { skip }, async () => {
    using one = open(here);
    using two = open(here);
    for (const size of [0, 1, 1472, 60_000]) {
      assert.equal(one.socket.send(Buffer.alloc(size, 7), two.socket.address), "sent");
      await until(() => two.packets.length > 0);
      assert.deepEqual(two.packets.shift(), { bytes: Buffer.alloc(size, 7), from: one.socket.address });
    }
  });

  test(`${here}: port unreachable is told once for each packet, and the event loop comes to rest`, {
    skip,
  }, async () => {
    using one = open(here);
    const nobody = closedPort(here);
    for (let i = 0; i < 3; i++) assert.equal(one.socket.send(Buffer.from("anybody?"), nobody), "sent");
    await until(() => one.errors.length === 3);
    const before = process.cpuUsage();
    const REST_MS = 300;
    await delay(REST_MS);
    const { user, system } = process.cpuUsage(before);
    assert.ok((user + system) / 1000 < REST_MS / 2, `${user + system} µs in ${REST_MS} ms`);
    assert.deepEqual(one.errors, Array(3).fill({ peer: nobody, version, type, code, mtu: 0 }));
  });

  test(`${here}: errors that come in thousands, between packets, lose no packet and end nothing`, {
    skip,
  }, async () => {
    using one = open(here);
    using two = open(here);
    const nobody = closedPort(here);
    for (let i = 0; i < 2000; i++) {
      assert.equal(one.socket.send(Buffer.from("anybody?"), nobody), "sent");
      if (i % 100) continue;
      assert.equal(one.socket.send(Buffer.from("hello"), two.socket.address), "sent");
      two.socket.send(Buffer.from("hello"), one.socket.address);
    }
    await until(() => two.packets.length === 20 && one.packets.length === 20 && one.errors.length === 2000);
  });

  test(`${here}: a datagram that no path carries is too large with DF and without`, { skip }, () => {
    using one = open(here);
    const to = one.socket.address;
    for (const dontFragment of [true, false]) {
      const result = one.socket.send(Buffer.alloc(65_530), to, dontFragment);
      assert.ok(typeof result === "object" && result.mtu >= 1280);
    }
    assert.equal(one.socket.send(Buffer.alloc(1200), to, true), "sent");
  });

  test(`${here}: a taken port is the system's error`, { skip }, () => {
    using one = open(here);
    assert.throws(() => open(here, one.socket.address.port), { code: "EADDRINUSE", syscall: "bind" });
  });
}

test("what is no address, or of the other family, is dropped", { skip }, () => {
  using one = open("127.0.0.1");
  for (const address of ["::1", "localhost", "fe80::1%lo", ""])
    assert.equal(one.socket.send(Buffer.from("x"), { address, port: 9 }), "dropped");
  assert.throws(() => open("localhost"), { code: "EINVAL" });
});

test("a socket closed by its own listener tells nothing more, and sends nothing", { skip }, async () => {
  using two = open("127.0.0.1");
  let heard = 0;
  const one: NativeUdpSocket = openUdpSocket({ address: "127.0.0.1", port: 0 }, 1 << 16, {
    onPacket: () => {
      heard++;
      one.close();
    },
    onIcmp: () => {},
  });
  for (let i = 0; i < 5; i++) two.socket.send(Buffer.from("hello"), one.address);
  await until(() => heard > 0);
  one.close();
  assert.equal(one.send(Buffer.from("x"), two.socket.address), "dropped");
  using again = open("127.0.0.1", one.address.port);
  two.socket.send(Buffer.from("for the next owner of the port"), again.socket.address);
  await until(() => again.packets.length > 0);
  assert.equal(heard, 1);
});

test("closed sockets give their descriptors back", { skip }, () => {
  const count = () => readdirSync("/proc/self/fd").length;
  const before = count();
  const sockets = Array.from({ length: 50 }, () => open("127.0.0.1"));
  assert.equal(count(), before + 50);
  for (const { socket } of sockets) socket.close();
  assert.equal(count(), before);
});

test("a thread may end while its sockets are open", { skip }, async () => {
  const door = new URL("./index.ts", import.meta.url).href;
  const code = `import(${JSON.stringify(door)}).then(({ openUdpSocket }) => {
    openUdpSocket({ address: "127.0.0.1", port: 0 }, 65536, {});
    require("node:worker_threads").parentPort.postMessage("open");
  })`;
  const worker = new Worker(code, { eval: true });
  await once(worker, "message");
  assert.equal(await worker.terminate(), 1);
});

function open(address: string, port = 0) {
  const packets: { bytes: Buffer; from: TransportAddress }[] = [];
  const errors: IcmpError[] = [];
  const socket = openUdpSocket({ address, port }, 1 << 20, {
    onPacket: (bytes, from) => void packets.push({ bytes, from }),
    onIcmp: (error) => void errors.push(error),
  });
  return { socket, packets, errors, [Symbol.dispose]: () => socket.close() };
}

function closedPort(here: string): TransportAddress {
  using socket = open(here);
  return socket.socket.address;
}
