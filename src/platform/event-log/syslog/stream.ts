import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { Scope, textOf } from "#base";
import { counted } from "./message.ts";
import type { Transport } from "./transport.ts";

const CONNECT_MS = 10_000;
/** A server that takes nothing for so long is as good as gone. */
const STALL_MS = 30_000;

/** RFC 6587 over TCP, or with `tls` RFC 5425: the server's certificate must be for `host` and from `ca`, or a system authority. */
export async function openStream(
  host: string,
  port: number,
  tls?: { readonly ca: string | undefined },
): Promise<Transport> {
  const scope = new Scope();
  const gone = Promise.withResolvers<string>();
  const socket = tls ? secure(host, port, tls.ca) : connectTcp({ host, port });
  const end = (why: string) => {
    gone.resolve(why);
    socket.destroy();
  };
  socket.unref();
  scope.on(socket, "error", (error: Error) => end(textOf(error)));
  scope.on(socket, "close", () => {
    end("the server closed the connection");
    void scope.close();
  });
  // Nothing is ever said by a syslog server; reading on notices its end.
  socket.resume();
  await opened(scope, socket, tls !== undefined, gone.promise, end);
  socket.setKeepAlive(true, 60_000);
  return {
    gone: gone.promise,
    send: (message) => send(scope, socket, counted(message), end),
    close: () => finish(socket, end),
  };
}

function secure(host: string, port: number, ca: string | undefined): Socket {
  const name = isIP(host) ? {} : { servername: host };
  return connectTls({ host, port, minVersion: "TLSv1.2", ...name, ...(ca === undefined ? {} : { ca }) });
}

function opened(
  scope: Scope,
  socket: Socket,
  tls: boolean,
  gone: Promise<string>,
  end: (why: string) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = scope.every(CONNECT_MS, () => end(`no connection within ${CONNECT_MS / 1000} s`));
    scope.on(socket, tls ? "secureConnect" : "connect", () => {
      timer.cancel();
      resolve();
    });
    gone.then((why) => reject(new Error(why)));
  });
}

function send(scope: Scope, socket: Socket, bytes: Buffer, end: (why: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const stall = scope.every(STALL_MS, () => end(`it took nothing for ${STALL_MS / 1000} s`));
    socket.write(bytes, (error) => {
      stall.cancel();
      if (error) reject(error);
      else resolve();
    });
  });
}

function finish(socket: Socket, end: (why: string) => void): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed) return resolve();
    socket.end(() => {
      end("closed");
      resolve();
    });
  });
}
