import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import type { Scope } from "#base";

/** Stands between a client and a server on loopback: sees, loses and forges the client's packets. */
export class UdpProxy {
  /** What came from the client. */
  readonly seen: Buffer[] = [];
  /** Nothing passes while true. */
  blocked = false;
  readonly #near: Socket;
  readonly #far: Socket;
  readonly #serverPort: number;

  private constructor(near: Socket, far: Socket, serverPort: number) {
    this.#near = near;
    this.#far = far;
    this.#serverPort = serverPort;
  }

  static async open(scope: Scope, serverPort: number): Promise<UdpProxy> {
    const [near, far] = [createSocket("udp4").bind(0, "127.0.0.1"), createSocket("udp4").bind(0, "127.0.0.1")];
    await Promise.all([once(near, "listening"), once(far, "listening")]);
    scope.defer(() => {
      near.close();
      far.close();
    });
    const proxy = new UdpProxy(near, far, serverPort);
    let client = 0;
    scope.on(near, "message", (packet: Buffer, from: { port: number }) => {
      client = from.port;
      if (proxy.blocked) return;
      proxy.seen.push(packet);
      proxy.forge(packet);
    });
    scope.on(far, "message", (packet: Buffer) => {
      if (!proxy.blocked && client) near.send(packet, client, "127.0.0.1");
    });
    return proxy;
  }

  get port(): number {
    return this.#near.address().port;
  }

  /** Sends to the server as if from the client. */
  forge(packet: Buffer): void {
    this.#far.send(packet, this.#serverPort, "127.0.0.1");
  }
}
