import type { TransportAddress } from "#base";

export interface BatchedUdpOptions {
  /** A literal address and port to bind: packets come from and go to anybody. */
  readonly bind?: TransportAddress;
  /** Or the one peer, which the system chooses the way to. */
  readonly peer?: TransportAddress;
  /** Of the kernel, each way; capped by net.core.{r,w}mem_max. */
  readonly socketBuffer: number;
  /** Bytes that wait at most until the kernel takes them. */
  readonly queue: number;
  /** False: each packet goes out alone (UDP_SEGMENT is not used). For tests "refused": the kernel refuses it. */
  readonly join?: boolean | "refused";
}

export interface BatchedUdpListener {
  /** The bytes are the listener's until it returns: later they are another packet's. The address object is the caller's to keep. */
  onPacket(bytes: Buffer, from: TransportAddress): void;
  /** The system's word on what was sent before ("ECONNREFUSED": nobody listens at the peer's port). */
  onError(code: string): void;
}

export interface BatchedUdpCounters {
  readonly received: number;
  /** Handed to the kernel, with so many `calls`. */
  readonly sent: number;
  readonly calls: number;
  /** Sends of several packets as one, and those that the kernel refused, so that they went one by one. */
  readonly joined: number;
  readonly split: number;
  /** For which the queue had no place, or no way led there. */
  readonly dropped: number;
}

/** A UDP socket that takes and gives packets by the batch: one system call for many. */
export interface BatchedUdp {
  readonly address: TransportAddress;
  readonly counters: BatchedUdpCounters;
  /**
   * Sends `bytes.subarray(start)` at the end of this turn of the event loop; they may be overwritten at once. `to` is left out
   * where there is one peer. False if it was dropped: the queue is full, or `to` is no literal address.
   */
  send(bytes: Uint8Array, start?: number, to?: TransportAddress): boolean;
  /** Sends what waits, as far as the kernel takes it, and ends. Nothing is heard of the socket any more. */
  close(): void;
}
