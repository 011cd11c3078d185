import type { RtpHeader } from "./packet.ts";

/** RFC 8285 4.2 and 4.3: the two forms of header extensions, by their "defined by profile" word. */
const ONE_BYTE = 0xbede;
const TWO_BYTE = 0x1000;

/** Calls `visit` with the id, offset and length of each header extension element. Stops at the first broken one. */
export function forEachExtension(
  packet: Buffer,
  header: RtpHeader,
  visit: (id: number, offset: number, length: number) => void,
): void {
  if (header.extensionProfile === ONE_BYTE) walk(packet, header, 1, visit);
  else if ((header.extensionProfile & 0xfff0) === TWO_BYTE) walk(packet, header, 2, visit);
}

function walk(
  packet: Buffer,
  header: RtpHeader,
  head: 1 | 2,
  visit: (id: number, offset: number, length: number) => void,
): void {
  let at = header.extensionStart;
  while (at < header.extensionEnd) {
    // A zero byte is padding.
    if (packet[at] === 0) {
      at++;
      continue;
    }
    const id = head === 2 ? packet[at]! : packet[at]! >> 4;
    const length = head === 2 ? packet[at + 1]! : (packet[at]! & 0x0f) + 1;
    const end = at + head + length;
    // Id 15 of the one-byte form says "stop", and id 0 with a length is skipped (RFC 8285 4.2).
    if (!(end <= header.extensionEnd) || (head === 1 && id === 15)) return;
    if (id !== 0) visit(id, at + head, length);
    at = end;
  }
}

/** Appends header extension elements behind a fixed RTP header, in the one-byte form unless an id or a length forbids it. */
export class ExtensionWriter {
  readonly #into: Buffer;
  #start = 0;
  #at = 0;
  #twoByte = false;

  constructor(into: Buffer) {
    this.#into = into;
  }

  /** Begins an extension block at `offset`; `twoByte` if any element will have an id over 14 or a length of 0 or over 16. */
  begin(offset: number, twoByte: boolean): void {
    this.#start = offset;
    this.#at = offset + 4;
    this.#twoByte = twoByte;
  }

  /** Reserves `length` bytes for an element and returns where they begin. */
  element(id: number, length: number): number {
    if (this.#twoByte) {
      this.#into[this.#at] = id;
      this.#into[this.#at + 1] = length;
    } else this.#into[this.#at] = (id << 4) | (length - 1);
    const body = this.#at + (this.#twoByte ? 2 : 1);
    this.#at = body + length;
    return body;
  }

  /** Pads to 32 bits, writes the block's header and returns the offset behind it. */
  end(): number {
    while ((this.#at - this.#start) % 4 !== 0) this.#into[this.#at++] = 0;
    this.#into.writeUInt16BE(this.#twoByte ? TWO_BYTE : ONE_BYTE, this.#start);
    this.#into.writeUInt16BE((this.#at - this.#start - 4) / 4, this.#start + 2);
    return this.#at;
  }
}

/** RFC 6464 3: the level in -dBov, 0 (loudest) to 127 (silence). */
export function audioLevel(element: number): number {
  return element & 0x7f;
}
