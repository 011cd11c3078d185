import { setImmediate as turn } from "node:timers/promises";
import { type BatchedUdp, type BatchedUdpOptions, openBatchedUdp } from "../index.ts";

// Runs in a network namespace whose loopback has been made narrow, and prints what it met as JSON.

const WITHIN_MS = 20_000;
const wide = { bind: { address: "127.0.0.1", port: 0 }, socketBuffer: 4 << 20, queue: 1 << 20 };
const heard: number[] = [];

const scenarios: Readonly<Record<string, () => Promise<unknown>>> = { slow, "small-mtu": smallMtu };
process.stdout.write(JSON.stringify(await scenarios[process.argv[2]!]!()));

/** More than the kernel takes at once, ten in a turn. */
async function slow() {
  using one = party({ ...wide, socketBuffer: 16_384, queue: 65_536 });
  using two = party(wide);
  const taken: number[] = [];
  for (let i = 0; i < 400; i++) {
    if (one.socket.send(packet(1000, i), 0, two.socket.address)) taken.push(i);
    if (i % 10 === 9) await turn();
  }
  await until(() => heard.length === taken.length);
  return { taken, heard, counters: one.socket.counters };
}

/** Bursts that fit the path's MTU in turn with bursts that do not. */
async function smallMtu() {
  using one = party(wide);
  using two = party(wide);
  for (let burst = 0; burst < 4; burst++) {
    for (let i = 0; i < 10; i++)
      one.socket.send(packet(burst % 2 ? 1200 : 1400, burst * 10 + i), 0, two.socket.address);
    await until(() => heard.length === burst * 10 + 10);
  }
  return { heard, counters: one.socket.counters };
}

function party(options: BatchedUdpOptions): Disposable & { readonly socket: BatchedUdp } {
  const socket = openBatchedUdp(options, {
    onPacket: (bytes) => void heard.push(bytes.readUInt32BE()),
    onError: (code) => {
      throw new Error(code);
    },
  });
  return { socket, [Symbol.dispose]: () => socket.close() };
}

function packet(size: number, mark: number): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.writeUInt32BE(mark);
  return bytes;
}

async function until(done: () => boolean): Promise<void> {
  const end = Date.now() + WITHIN_MS;
  while (!done() && Date.now() < end) await turn();
}
