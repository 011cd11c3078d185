import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { Duplex, duplexPair } from "node:stream";
import type { TestContext } from "node:test";
import { type ConnectionOptions, type TLSSocket, connect as tlsConnect } from "node:tls";
import type { TurnFront, TurnOrigin } from "../front/shared-port.ts";
import { ca, HOST, type RoadOptions, road } from "./road.ts";

export const TURN_NAME = "turn.example.com";
/** A Binding request, and bytes after it that stand for all that may follow. */
export const STUN = Buffer.concat([
  Buffer.from("000100002112a442000102030405060708090a0b", "hex"),
  Buffer.from(Array.from({ length: 300 }, (_, i) => i & 255)),
]);
export const GET = Buffer.from(`GET / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`);

/** What the TURN server would get. */
export interface Taken {
  readonly stream: Duplex;
  readonly origin: TurnOrigin;
  heard: Buffer;
}

/** The whole road with TURN on its port. */
export async function sharedPort(t: TestContext, options: RoadOptions = {}) {
  const taken: Taken[] = [];
  const turn: TurnFront = {
    serverNames: [TURN_NAME],
    onStream: (stream, origin) => {
      const row: Taken = { stream, origin, heard: Buffer.alloc(0) };
      taken.push(row);
      stream.on("data", (chunk: Buffer) => {
        row.heard = Buffer.concat([row.heard, chunk]);
      });
    },
  };
  const w = await road({ turn, ...options });
  t.after(() => w.scope.close());
  return { ...w, taken };
}

export async function tcp(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}

/** TLS over `wire`; rejects if the edge refuses it. */
export async function secured(wire: Duplex, options: ConnectionOptions): Promise<TLSSocket> {
  const socket = tlsConnect({ ca, checkServerIdentity: () => undefined, ...options, socket: wire });
  await once(socket, "secureConnect");
  socket.on("error", () => {});
  return socket;
}

/** The bytes with which node:tls opens a connection. */
export async function helloOf(options: ConnectionOptions): Promise<Buffer> {
  const [near, far] = duplexPair();
  const socket = tlsConnect({ ...options, socket: near });
  const [hello] = (await once(far, "data")) as [Buffer];
  socket.destroy();
  return hello;
}

/** Sends each byte in a segment of its own. */
export function byteByByte(socket: Socket): Duplex {
  const wire = new Duplex({
    read: () => {},
    write: (chunk: Buffer, _encoding, done) => {
      let at = 0;
      const next = () => {
        if (at === chunk.length) done();
        else socket.write(chunk.subarray(at, ++at), () => setImmediate(next));
      };
      next();
    },
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  socket.on("data", (chunk) => wire.push(chunk));
  socket.on("close", () => wire.destroy());
  return wire;
}
