/** FIN and opcode; mask and length; up to 8 bytes of length; 4 of mask (RFC 6455 5.2). */
const MAX_HEADER = 14;

const EMPTY = new Uint8Array(0);

/** Reads the headers of a client's frames as its bytes pass, and only those. */
export class FrameWatch {
  readonly #longest: number;
  /** Of the current frame's payload, what is still to come. */
  #left = 0;
  /** Of a header that has not all come. */
  #header: Uint8Array = EMPTY;

  constructor(longestBytes: number) {
    this.#longest = longestBytes;
  }

  /** False once a frame is longer than allowed, or is none of a client's: unmasked, or of a length that is not the shortest. */
  take(chunk: Uint8Array): boolean {
    let at = 0;
    while (at < chunk.length) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, chunk.length - at);
        this.#left -= taken;
        at += taken;
        continue;
      }
      const have = this.#header.length;
      const bytes = have > 0 ? joined(this.#header, chunk.subarray(at, at + MAX_HEADER - have)) : chunk.subarray(at);
      const header = readHeader(bytes);
      if (header === undefined) {
        this.#header = have > 0 ? bytes : bytes.slice();
        return true;
      }
      if (header.payload < 0 || header.payload > this.#longest) return false;
      at += header.bytes - have;
      this.#header = EMPTY;
      this.#left = header.payload;
    }
    return true;
  }
}

/** Undefined while it is not all there; a payload of -1 if no client may send it (RFC 6455 5.1, 5.2). */
function readHeader(bytes: Uint8Array): { readonly bytes: number; readonly payload: number } | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes[1]! & 0x7f;
  const refused = { bytes: 2, payload: -1 };
  if ((bytes[1]! & 0x80) === 0) return refused;
  if (short < 126) return bytes.length < 6 ? undefined : { bytes: 6, payload: short };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (short === 126) {
    if (bytes.length < 8) return undefined;
    const payload = view.getUint16(2);
    return payload < 126 ? refused : { bytes: 8, payload };
  }
  if (bytes.length < MAX_HEADER) return undefined;
  const payload = view.getUint32(2) * 2 ** 32 + view.getUint32(6);
  return payload < 0x10000 ? refused : { bytes: MAX_HEADER, payload };
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
