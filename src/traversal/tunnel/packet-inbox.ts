import type { PacketAead } from "#native";
import { aeadOf, type GcmName, LENGTH_BYTES, TAG_BYTES } from "./aead.ts";
import { BLOCK_BYTES, increment } from "./packet-outbox.ts";

/** With length and tag; RFC 4253 6.1 wants 35,000 to be taken, and nobody sends more. */
const MAX_PACKET = 35_000;
const EMPTY = Buffer.alloc(0);

/** ssh2's, as far as it is used here. */
export interface InboundCipher {
  inSeqno: number;
  readonly _onPayload: (payload: Buffer) => number | false | undefined;
  readonly _decipherSSLName: GcmName;
  readonly _decipherKey: Buffer;
  readonly _decipherIV: Buffer;
}

/** Bytes on their way in. A packet that came in one piece stays where it is; the start of one that did not waits for its rest. */
export class PacketInbox {
  readonly #cipher: InboundCipher;
  readonly #aead: PacketAead;
  #part: Buffer = EMPTY;
  #have = 0;

  constructor(cipher: InboundCipher) {
    this.#cipher = cipher;
    this.#aead = aeadOf(cipher._decipherSSLName, cipher._decipherKey, "open");
  }

  /**
   * Hands the payloads of `data` from `start` to `end` to ssh2. Returns where another decipher must go on, after a key
   * exchange, or undefined when all is taken. Throws if a packet is not genuine. `data` is overwritten.
   */
  take(data: Buffer, start: number, end: number): number | undefined {
    if (this.#have === 0) return this.#takeWhole(data, start, end);
    const at = this.#complete(data, start, end);
    if (this.#have < LENGTH_BYTES || this.#have < wholeBytes(this.#part, 0)) return undefined;
    const [part, have] = [this.#part, this.#have];
    this.#part = EMPTY;
    this.#have = 0;
    const next = this.#open(part, 0, have);
    if (next !== undefined) return next === false ? at : next;
    return this.#takeWhole(data, at, end);
  }

  #takeWhole(data: Buffer, start: number, end: number): number | undefined {
    for (let at = start; at < end; ) {
      const from = at;
      at += end - from < LENGTH_BYTES ? MAX_PACKET : wholeBytes(data, from);
      if (at > end) {
        this.#keep(data, from, end);
        return undefined;
      }
      const next = this.#open(data, from, at);
      if (next !== undefined) return next === false ? at : next;
    }
    return undefined;
  }

  #open(data: Buffer, start: number, end: number): number | false | undefined {
    const { _decipherIV: nonce } = this.#cipher;
    if (!this.#aead.run(nonce, data, start, end, LENGTH_BYTES)) throw new Error("Invalid MAC");
    increment(nonce);
    this.#cipher.inSeqno = (this.#cipher.inSeqno + 1) >>> 0;
    const text = start + LENGTH_BYTES;
    const payloadEnd = end - TAG_BYTES - data[text]!;
    // RFC 4253 6: at least four bytes of padding, and a payload.
    if (data[text]! < 4 || payloadEnd <= text + 1) throw new Error("Bad padding length");
    return this.#cipher._onPayload(data.subarray(text + 1, payloadEnd));
  }

  /** Adds to the part what belongs to its packet. Returns where the next one begins. */
  #complete(data: Buffer, start: number, end: number): number {
    let at = start;
    if (this.#have < LENGTH_BYTES) {
      at += this.#append(data, at, Math.min(end, at + LENGTH_BYTES - this.#have));
      if (this.#have < LENGTH_BYTES) return at;
    }
    return at + this.#append(data, at, Math.min(end, at + wholeBytes(this.#part, 0) - this.#have));
  }

  #keep(data: Buffer, start: number, end: number): void {
    this.#part = Buffer.allocUnsafeSlow(end - start < LENGTH_BYTES ? LENGTH_BYTES : wholeBytes(data, start));
    this.#append(data, start, end);
  }

  #append(data: Buffer, start: number, end: number): number {
    const needed = this.#have + end - start;
    if (needed > this.#part.length) {
      // So far only the length was there.
      const whole = Buffer.allocUnsafeSlow(wholeBytes(this.#part, 0));
      this.#part.copy(whole, 0, 0, this.#have);
      this.#part = whole;
    }
    data.copy(this.#part, this.#have, start, end);
    this.#have = needed;
    return end - start;
  }
}

/** The packet at `at`, with length and tag. Throws if no cipher of ours could have made it. */
function wholeBytes(data: Buffer, at: number): number {
  const length = data.readUInt32BE(at);
  if (length < BLOCK_BYTES || length % BLOCK_BYTES !== 0 || LENGTH_BYTES + length + TAG_BYTES > MAX_PACKET)
    throw new Error("Bad packet length");
  return LENGTH_BYTES + length + TAG_BYTES;
}
