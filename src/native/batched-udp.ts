import { getSystemErrorName } from "node:util";
import type { TransportAddress } from "#base";
import { type Addon, addon } from "./addon.ts";
import { type BatchHandle, SocketEvents } from "./batch-addon.ts";
import type { BatchedUdp, BatchedUdpCounters, BatchedUdpListener, BatchedUdpOptions } from "./batched-udp-contract.ts";
import { ADDRESS, ADDRESS_WORDS, addressOf, LENGTH, OFFSET, RECORD, SenderCache } from "./datagram-records.ts";
import { PacketQueue } from "./packet-queue.ts";

/** kIntakeSlots and kIntakeSlot of udp_intake.h. Memory that no packet has reached is never touched. */
const SLAB = 32 * 65536;
/** kMaxRecords of udp_datagram.h. */
const RECORDS = 4096;

/** All sockets of a thread read into this one after the other: listeners may not keep what they are given. */
let shared: { readonly slab: Buffer; readonly records: Uint32Array; readonly senders: SenderCache } | undefined;

/** Throws the system's error (EADDRINUSE, ENETUNREACH), or NATIVE_ADDON_MISSING. */
export function openBatchedUdp(options: BatchedUdpOptions, listener: BatchedUdpListener): BatchedUdp {
  return new Socket(addon(), options, listener);
}

class Socket implements BatchedUdp {
  readonly address: TransportAddress;
  readonly #native: Addon;
  readonly #listener: BatchedUdpListener;
  readonly #peer: TransportAddress | undefined;
  readonly #queue: PacketQueue;
  #handle: BatchHandle | undefined;
  #scheduled = false;
  /** The kernel takes no more until it wakes us. */
  #blocked = false;
  #received = 0;
  #overflowed = 0;
  #final: BatchedUdpCounters | undefined;

  constructor(native: Addon, options: BatchedUdpOptions, listener: BatchedUdpListener) {
    this.#native = native;
    this.#listener = listener;
    this.#peer = options.peer;
    this.#queue = new PacketQueue(options.queue, RECORDS);
    const where = options.peer ?? options.bind ?? { address: "0.0.0.0", port: 0 };
    const { socketBuffer, join = true } = options;
    const connected = options.peer !== undefined;
    const wake = (events: number) => this.#woken(events);
    const opened = native.openBatchedUdp(
      where.address,
      where.port,
      connected,
      socketBuffer,
      !!join,
      join === "refused",
      wake,
    );
    if (typeof opened === "number") throw openError(opened, connected ? "connect" : "bind", where);
    this.#handle = opened;
    const words = new Uint32Array(ADDRESS_WORDS);
    native.batchedUdpAddress(opened, words);
    this.address = addressOf(words);
  }

  get counters(): BatchedUdpCounters {
    if (this.#final || !this.#handle) return this.#final!;
    const { packets, calls, joined, split, dropped } = this.#native.batchedUdpCounters(this.#handle);
    return {
      ...{ received: this.#received, sent: packets, calls, joined, split },
      dropped: dropped + this.#overflowed,
    };
  }

  send(bytes: Uint8Array, start = 0, to = this.#peer): boolean {
    if (!this.#handle || !to) return false;
    const queued = this.#queue.add(bytes, start, this.#peer ? undefined : to) || this.#addAgain(bytes, start, to);
    if (!queued) {
      this.#overflowed++;
      return false;
    }
    if (!this.#scheduled && !this.#blocked) {
      this.#scheduled = true;
      process.nextTick(this.#endOfTurn);
    }
    return true;
  }

  close(): void {
    if (!this.#handle) return;
    this.#flush();
    this.#final = this.counters;
    const handle = this.#handle;
    this.#handle = undefined;
    this.#native.closeBatchedUdp(handle);
  }

  readonly #endOfTurn = (): void => {
    this.#scheduled = false;
    if (!this.#blocked) this.#flush();
  };

  /** A turn that sends more than the queue holds makes room, unless the kernel has none. */
  #addAgain(bytes: Uint8Array, start: number, to: TransportAddress): boolean {
    if (this.#blocked) return false;
    this.#flush();
    return this.#queue.add(bytes, start, this.#peer ? undefined : to);
  }

  #flush(): void {
    if (!this.#handle || this.#queue.count === 0) return;
    const { slab, records, count } = this.#queue;
    const result = this.#native.sendBatch(this.#handle, slab, records, count);
    const remaining = result % 65536;
    this.#queue.sent(remaining);
    this.#blocked = remaining > 0;
    const errno = (result - remaining) / 65536;
    // The listener may close us: not while something is being sent.
    if (errno > 0) process.nextTick(() => this.#tell(errno));
  }

  #woken(events: number): void {
    if (events & SocketEvents.errors && this.#handle) this.#tell(this.#native.pendingUdpError(this.#handle));
    if (events & SocketEvents.writable) this.#flush();
    this.#receive();
  }

  #receive(): void {
    if (!this.#handle) return;
    shared ??= {
      slab: Buffer.allocUnsafeSlow(SLAB),
      records: new Uint32Array(RECORDS * RECORD),
      senders: new SenderCache(),
    };
    const { slab, records, senders } = shared;
    const count = this.#native.receiveBatch(this.#handle, slab, records);
    if (count < 0) this.#tell(-count);
    else this.#received += count;
    for (let i = 0, at = 0; i < count; i++, at += RECORD) {
      const offset = records[at + OFFSET]!;
      const from = this.#peer ?? senders.find(records, at + ADDRESS);
      this.#listener.onPacket(slab.subarray(offset, offset + records[at + LENGTH]!), from);
      if (!this.#handle) return;
    }
  }

  #tell(errno: number): void {
    if (errno > 0 && this.#handle) this.#listener.onError(getSystemErrorName(-errno));
  }
}

function openError(errno: number, syscall: string, { address, port }: TransportAddress): NodeJS.ErrnoException {
  const code = getSystemErrorName(-errno);
  return Object.assign(new Error(`${syscall} ${code} ${address}:${port}`), { code, errno: -errno, syscall });
}
