export type BatchHandle = { readonly kind: "batched-udp" };

/** Bits of what wakes a socket (udp_poll.h): UV_READABLE, UV_WRITABLE, kErrors. */
export const SocketEvents = { readable: 1, writable: 2, errors: 64 } as const;

/** OutboxCounters of udp_outbox.h. */
export interface OutboxCounters {
  /** Handed to the kernel, with so many `calls`. */
  readonly packets: number;
  readonly calls: number;
  /** Sends of several packets as one (UDP_SEGMENT), and those that the kernel refused, so that they went one by one. */
  readonly joined: number;
  readonly split: number;
  /** No way there, or too large for it. */
  readonly dropped: number;
}

/** udp_batch_functions.cc, function by function. Each throws if a handle is of the wrong kind or closed. */
export interface BatchAddon {
  /**
   * A handle, or errno. The address is the peer's if `connected`, else it is bound. `join`: UDP_SEGMENT may be used;
   * `refuse`: the kernel refuses it.
   */
  openBatchedUdp(
    address: string,
    port: number,
    connected: boolean,
    bufferBytes: number,
    join: boolean,
    refuse: boolean,
    wake: (events: number) => void,
  ): BatchHandle | number;
  /** Fills five words: see datagram-records.ts. */
  batchedUdpAddress(socket: BatchHandle, address: Uint32Array): void;
  /** What waits, with one system call: their number, or -errno. */
  receiveBatch(socket: BatchHandle, slab: Uint8Array, records: Uint32Array): number;
  /** How many remain, at the front of `records`, until the socket is writable; plus 65536 * errno of an earlier one. */
  sendBatch(socket: BatchHandle, slab: Uint8Array, records: Uint32Array, count: number): number;
  /** errno, which is then no longer pending, or 0. */
  pendingUdpError(socket: BatchHandle): number;
  batchedUdpCounters(socket: BatchHandle): OutboxCounters;
  /** A second time it does nothing. */
  closeBatchedUdp(socket: BatchHandle): void;
  /** Fills five words. False if the text is no literal address. */
  packAddress(text: string, port: number, address: Uint32Array): boolean;
  /** Of five words. */
  addressText(address: Uint32Array): string;
}
