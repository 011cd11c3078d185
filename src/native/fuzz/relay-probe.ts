import assert from "node:assert/strict";
import dgram from "node:dgram";
import { once } from "node:events";
import { Scope } from "#base";
import type { Addon } from "../addon.ts";
import type { PlaneHandle } from "../plane-addon.ts";

const HERE = "127.0.0.1";
/** Of the probe's own relay; those of the fuzzer are others. */
const ID = 1_000_000;
const CHANNEL = 0x4000;
/** The system may lose a packet: each is sent again until it has come. */
const EVERY_MS = 100;
const WITHIN_MS = 10_000;

/** A packet plane that is being fuzzed, and does it still work? */
export class RelayProbe {
  readonly plane: PlaneHandle;
  readonly #native: Addon;
  readonly #listener: number;
  readonly #port: number;

  constructor(native: Addon) {
    this.#native = native;
    const plane = native.openPlane(2, 0, true, () => {});
    assert.ok(typeof plane === "object");
    this.plane = plane;
    const listening = native.planeListen(plane, HERE, 0);
    assert.ok(Array.isArray(listening));
    [this.#listener, this.#port] = listening;
  }

  /** Rejects unless a packet of a client reaches a peer, and the peer's answer the client. */
  async relays(): Promise<void> {
    const sockets = [await bound(), await bound()] as const;
    try {
      const [client, peer] = sockets;
      const relay = this.#open(client.address().port, peer.address().port);
      const there = Buffer.from("to the peer");
      const frame = Buffer.concat([Buffer.of(CHANNEL >> 8, CHANNEL & 255, 0, there.length), there]);
      await passes(client, frame, this.#port, peer, there);
      const back = Buffer.from("and back to the client");
      await passes(
        peer,
        back,
        relay,
        client,
        Buffer.concat([Buffer.of(CHANNEL >> 8, CHANNEL & 255, 0, back.length), back]),
      );
    } finally {
      this.#native.planeCloseRelay(this.plane, ID);
      for (const socket of sockets) socket.close();
    }
  }

  /** Returns the relay's port. */
  #open(client: number, peer: number): number {
    const { plane } = this;
    const path = [this.#listener, 0, HERE, client] as const;
    for (;;) {
      const port = this.#freePort();
      const errno = this.#native.planeOpenRelay(plane, ID, HERE, port, HERE, port, 0, 0, ...path);
      // Somebody else was faster.
      if (errno !== 0) continue;
      this.#native.planePermit(plane, ID, HERE, true);
      this.#native.planeBindChannel(plane, ID, CHANNEL, HERE, peer);
      return port;
    }
  }

  #freePort(): number {
    const socket = this.#native.openUdp(HERE, 0, 65_536, () => {});
    assert.ok(typeof socket === "object");
    const port = this.#native.udpPort(socket);
    this.#native.closeUdp(socket);
    return port;
  }
}

async function bound(): Promise<dgram.Socket> {
  const socket = dgram.createSocket("udp4");
  socket.bind(0, HERE);
  await once(socket, "listening");
  return socket;
}

async function passes(from: dgram.Socket, sent: Buffer, to: number, at: dgram.Socket, expected: Buffer): Promise<void> {
  const signal = AbortSignal.timeout(WITHIN_MS);
  const send = () => from.send(sent, to, HERE);
  await using scope = new Scope();
  scope.every(EVERY_MS, send, true);
  send();
  for (;;) {
    const [bytes] = await once(at, "message", { signal });
    if (expected.equals(bytes)) return;
  }
}
