import { randomFillSync } from "node:crypto";
import type { PacketAead } from "#native";
import { aeadOf, type GcmName, LENGTH_BYTES, TAG_BYTES } from "./aead.ts";

/** RFC 4253 6: length and padding fill blocks, with at least 4 bytes of padding. */
export const BLOCK_BYTES = 16;
const LEAST_PADDING = 4;
/** Packets of one turn are put together in pieces of this size. */
const SLAB_BYTES = 64 * 1024;
const PADDING_POOL = 4096;

/** RFC 4254 5.2: what may wait for the end of the turn. Whoever sends anything else may close the connection right after. */
const WINDOW_ADJUST = 93;
const CHANNEL_DATA = 94;

/** ssh2's, as far as it is used here. */
export interface OutboundCipher {
  outSeqno: number;
  readonly _onWrite: (bytes: Uint8Array) => void;
  readonly _encSSLName: GcmName;
  readonly _encKey: Buffer;
  readonly _encIV: Buffer;
}

/**
 * Packets on their way out: encrypted one behind the other in a slab, and written together at the end of a turn of the event
 * loop. A write for each of many small packets costs more than all the rest of them.
 */
export class PacketOutbox {
  readonly #cipher: OutboundCipher;
  readonly #aead: PacketAead;
  #slab = Buffer.alloc(0);
  /** In the slab: the first byte that is not written yet, and the end of the last packet. */
  #from = 0;
  #to = 0;
  #waiting = false;

  constructor(cipher: OutboundCipher) {
    this.#cipher = cipher;
    this.#aead = aeadOf(cipher._encSSLName, cipher._encKey, "seal");
  }

  /** Room for a packet: length, padding length, payload and padding. Its tag will follow. */
  room(payloadBytes: number): Buffer {
    const least = 1 + payloadBytes + LEAST_PADDING;
    const length = least + ((BLOCK_BYTES - (least % BLOCK_BYTES)) % BLOCK_BYTES);
    const bytes = LENGTH_BYTES + length;
    this.#reserve(bytes + TAG_BYTES);
    const packet = this.#slab.subarray(this.#to, this.#to + bytes);
    packet.writeUInt32BE(length, 0);
    packet[LENGTH_BYTES] = length - 1 - payloadBytes;
    pad(packet, LENGTH_BYTES + 1 + payloadBytes);
    return packet;
  }

  send(packet: Buffer): void {
    const type = packet[LENGTH_BYTES + 1];
    const whole = packet.length + TAG_BYTES;
    const inPlace = packet.buffer === this.#slab.buffer && packet.byteOffset === this.#slab.byteOffset + this.#to;
    if (!inPlace) {
      this.#reserve(whole);
      this.#slab.set(packet, this.#to);
    }
    const { _encIV: nonce } = this.#cipher;
    if (!this.#aead.run(nonce, this.#slab, this.#to, this.#to + whole, LENGTH_BYTES)) throw new Error("AES-GCM failed");
    increment(nonce);
    this.#to += whole;
    this.#cipher.outSeqno = (this.#cipher.outSeqno + 1) >>> 0;
    if (type !== CHANNEL_DATA && type !== WINDOW_ADJUST) this.flush();
    else if (!this.#waiting) {
      this.#waiting = true;
      setImmediate(this.flush);
    }
  }

  readonly flush = (): void => {
    this.#waiting = false;
    if (this.#from === this.#to) return;
    const bytes = this.#slab.subarray(this.#from, this.#to);
    this.#from = this.#to;
    this.#cipher._onWrite(bytes);
  };

  /** The old slab belongs to the socket, which may still have to send it. */
  #reserve(bytes: number): void {
    if (this.#to + bytes <= this.#slab.length) return;
    const waiting = this.#waiting;
    this.flush();
    this.#waiting = waiting;
    this.#slab = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, bytes));
    this.#from = 0;
    this.#to = 0;
  }
}

/** RFC 5647 7.1: four fixed bytes, and a counter of eight. */
export function increment(nonce: Buffer): void {
  for (let i = 11; i >= 4; i--) {
    nonce[i] = (nonce[i]! + 1) & 255;
    if (nonce[i] !== 0) return;
  }
}

const padding = { bytes: Buffer.alloc(0), at: 0 };

/** Random bytes for the end of a packet, which the cipher hides; asking for so few at a time costs more than encrypting them. */
function pad(packet: Buffer, from: number): void {
  const count = packet.length - from;
  if (padding.at + count > padding.bytes.length) {
    padding.bytes = randomFillSync(Buffer.allocUnsafeSlow(PADDING_POOL));
    padding.at = 0;
  }
  padding.bytes.copy(packet, from, padding.at, padding.at + count);
  padding.at += count;
}
