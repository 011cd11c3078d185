/**
 * Frames of a signalling stream: one byte of kind, four of length (big-endian), the payload. Text and binary frames are
 * the WebSocket messages of the client; "open" comes first and once, "close" comes last.
 */
export type Frame =
  | { readonly kind: "open"; readonly body: string }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "binary"; readonly data: Uint8Array }
  | { readonly kind: "close"; readonly code: number; readonly reason: string };

/** Largest payload in bytes. LiveKit's largest messages are SDP offers of some tens of KB. */
export const MAX_PAYLOAD = 1_048_576;
const HEADER = 5;
const OPEN = 0;
const TEXT = 1;
const BINARY = 2;
const CLOSE = 3;
/** A reason is cut to what a WebSocket close frame holds, in bytes (RFC 6455 5.5). */
const MAX_REASON = 123;

export class FrameError extends Error {}

export function encodeFrame(frame: Frame): Buffer {
  switch (frame.kind) {
    case "open":
      return framed(OPEN, Buffer.from(frame.body));
    case "text":
      return framed(TEXT, Buffer.from(frame.text));
    case "binary":
      return framed(BINARY, frame.data);
    case "close":
      return framed(CLOSE, closePayload(frame.code, frame.reason));
  }
}

/** Cuts a stream of bytes into frames. Holds at most one frame and what came with it. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #length = 0;

  /** Throws FrameError if the bytes are no frames; the stream is useless then. */
  push(chunk: Buffer): Frame[] {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    const frames: Frame[] = [];
    for (let size = this.#frameSize(); size !== undefined && this.#length >= size; size = this.#frameSize())
      frames.push(decode(this.#take(size)));
    return frames;
  }

  /** Header and payload of the first frame, once its header is there. */
  #frameSize(): number | undefined {
    if (this.#length < HEADER) return undefined;
    if (this.#chunks[0]!.length < HEADER) this.#chunks = [Buffer.concat(this.#chunks)];
    const payload = this.#chunks[0]!.readUInt32BE(1);
    if (payload > MAX_PAYLOAD) throw new FrameError(`frame of ${payload} bytes, at most ${MAX_PAYLOAD} are allowed`);
    return HEADER + payload;
  }

  #take(size: number): Buffer {
    const all = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    this.#chunks = all.length > size ? [all.subarray(size)] : [];
    this.#length -= size;
    return all.subarray(0, size);
  }
}

function decode(frame: Buffer): Frame {
  const payload = frame.subarray(HEADER);
  switch (frame[0]) {
    case OPEN:
      return { kind: "open", body: utf8(payload) };
    case TEXT:
      return { kind: "text", text: utf8(payload) };
    case BINARY:
      return { kind: "binary", data: payload };
    case CLOSE:
      if (payload.length < 2) throw new FrameError("close frame without a code");
      return { kind: "close", code: payload.readUInt16BE(0), reason: payload.toString("utf8", 2) };
    default:
      throw new FrameError(`unknown kind of frame ${frame[0]}`);
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true });

function utf8(bytes: Buffer): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new FrameError("text frame that is not UTF-8");
  }
}

function framed(kind: number, payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(HEADER + payload.length);
  frame[0] = kind;
  frame.writeUInt32BE(payload.length, 1);
  frame.set(payload, HEADER);
  return frame;
}

function closePayload(code: number, reason: string): Buffer {
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
  payload.writeUInt16BE(code);
  payload.write(reason, 2);
  return payload.subarray(0, 2 + wholeCharacters(payload.subarray(2), MAX_REASON));
}

/** The most bytes, up to `max`, that do not end inside a UTF-8 character. */
function wholeCharacters(text: Buffer, max: number): number {
  if (text.length <= max) return text.length;
  let end = max;
  while (end > 0 && (text[end]! & 0xc0) === 0x80) end--;
  return end;
}
