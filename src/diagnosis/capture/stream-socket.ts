import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import { TapStream } from "./tap-stream.ts";

/** What Node itself puts around a stream that TLS shall run over: a socket in every respect but the file descriptor. */
type StreamSocketClass = new (stream: Duplex) => Socket;

/** What Node's sockets have beside their types. */
interface Inner {
  /** The two methods are those of a TCP handle, which TLS sockets ask for their own addresses. */
  readonly _handle: { getpeername?: (out: object) => number; getsockname?: (out: object) => number };
  /** Something happened: the idle time begins anew. */
  _unrefTimer(): void;
}

/** Undefined on a Node that does not show it. */
function findClass(): StreamSocketClass | undefined {
  const idle = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  const tls = new TLSSocket(idle as Socket) as unknown as { _handle?: { _parentWrap?: Socket }; destroy(): void };
  const found = tls._handle?._parentWrap?.constructor;
  tls.destroy();
  return found?.name === "JSStreamSocket" ? (found as StreamSocketClass) : undefined;
}

let found: { readonly socketClass: StreamSocketClass | undefined } | undefined;

/**
 * A `Socket` whose bytes pass through a tap, with the addresses of `raw`: HTTP, TLS and SSH servers take it as they take
 * any socket, and it reads the same to whoever asks where it came from. Undefined if this Node cannot do it.
 */
export function tappedSocket(raw: Socket, recorder: ConstructorParameters<typeof TapStream>[1]): Socket | undefined {
  found ??= { socketClass: findClass() };
  if (!found.socketClass) return undefined;
  const { allowHalfOpen } = raw;
  const peer = { address: raw.remoteAddress, family: raw.remoteFamily, port: raw.remotePort };
  const own = { address: raw.localAddress, family: raw.localFamily, port: raw.localPort };
  const stream = new TapStream(raw, recorder);
  const socket = new found.socketClass(stream);
  const { _handle: handle } = socket as unknown as Inner;
  handle.getpeername = (out) => answer(out, peer);
  handle.getsockname = (out) => answer(out, own);
  socket.allowHalfOpen = allowHalfOpen;
  writeThrough(socket, stream);
  passOn(socket, raw);
  return socket;
}

/** Past the handle, which takes a turn of the event loop for each write. TLS writes to the handle itself. */
function writeThrough(socket: Socket, stream: TapStream): void {
  const inner = socket as unknown as Inner;
  socket._write = (chunk: Uint8Array | string, encoding, done) => {
    inner._unrefTimer();
    stream.put([bytesOf(chunk, encoding)], done);
  };
  socket._writev = (chunks, done) => {
    inner._unrefTimer();
    stream.put(
      chunks.map(({ chunk, encoding }) => bytesOf(chunk, encoding)),
      done,
    );
  };
}

/** What is asked of the TCP connection. */
function passOn(socket: Socket, raw: Socket): void {
  socket.setNoDelay = (on) => {
    raw.setNoDelay(on);
    return socket;
  };
  socket.setKeepAlive = ((...options: []) => {
    raw.setKeepAlive(...options);
    return socket;
  }) as Socket["setKeepAlive"];
  socket.resetAndDestroy = () => {
    raw.resetAndDestroy();
    return socket.destroy();
  };
  Object.defineProperties(socket, {
    bytesWritten: { get: () => raw.bytesWritten },
    bytesRead: { get: () => raw.bytesRead },
  });
}

function bytesOf(chunk: Uint8Array | string, encoding: BufferEncoding): Uint8Array {
  return typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk;
}

function answer(out: object, value: object): number {
  Object.assign(out, value);
  return 0;
}
