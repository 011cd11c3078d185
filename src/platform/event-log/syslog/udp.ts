import { createSocket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { Scope, textOf } from "#base";
import { datagram } from "./message.ts";
import type { Transport } from "./transport.ts";

/** RFC 5426. The socket is connected, so that it hears of a port at which nobody listens. */
export async function openUdp(host: string, port: number): Promise<Transport> {
  const { address, family } = isIP(host) ? { address: host, family: isIP(host) } : await lookup(host);
  const socket = createSocket(family === 6 ? "udp6" : "udp4");
  const scope = new Scope();
  const gone = Promise.withResolvers<string>();
  let open = true;
  const end = (why: string) => {
    if (open) socket.close();
    open = false;
    gone.resolve(why);
    void scope.close();
  };
  scope.on(socket, "error", (error: Error) => end(textOf(error)));
  await new Promise<void>((resolve, reject) => {
    scope.on(socket, "connect", (error?: Error) => (error ? reject(error) : resolve()));
    gone.promise.then((why) => reject(new Error(why)));
    socket.connect(port, address);
  });
  socket.unref();
  return {
    gone: gone.promise,
    send: (message) =>
      new Promise((resolve, reject) => {
        if (!open) return reject(new Error("closed"));
        socket.send(datagram(message), (error) => (error ? reject(error) : resolve()));
      }),
    close: async () => end("closed"),
  };
}
