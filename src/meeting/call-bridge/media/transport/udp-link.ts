import { createSocket, type Socket } from "node:dgram";
import { type Log, type Scope, type TransportAddress, textOf } from "#base";
import { HEADROOM } from "#turn-client";
import type { IceCandidate } from "../control.ts";
import { fail } from "./errors.ts";
import type { Link, PacketListener } from "./link.ts";

/** RFC 8445 5.1.2.1: type preference 126, local preference 65535, component 1. */
const PRIORITY = 2130706431;
const SOCKET_BUFFER = 4 << 20;
/** More than this unsent is more than a second at 16 Mbit/s: too late to be of use. */
const MAX_QUEUED = 2 << 20;

/** Opens the worker's one UDP socket. Rejects with MEDIA_LISTEN_FAILED. */
export async function openUdpLink(
  scope: Scope,
  listen: { readonly address: string; readonly advertised: string; readonly port: number },
  onPacket: PacketListener,
  log: Log,
): Promise<Link> {
  const socket = createSocket({
    type: "udp4",
    // Addresses are literal: a lookup for each packet would cost a turn of the event loop.
    lookup: (host, _options, callback) => callback(null, host, 4),
    recvBufferSize: SOCKET_BUFFER,
    sendBufferSize: SOCKET_BUFFER,
  });
  await bound(socket, listen);
  scope.defer(() => new Promise<void>((resolve) => socket.close(() => resolve())));
  const link = new UdpLink(socket, listen.advertised);
  scope.on(socket, "error", (error: Error) => log.warn("media socket", { why: textOf(error) }));
  scope.on(socket, "message", (packet: Buffer, from: TransportAddress) => onPacket(packet, from, link));
  return link;
}

function bound(socket: Socket, listen: { readonly address: string; readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: Error) => reject(fail("MEDIA_LISTEN_FAILED", { ...listen, why: textOf(error) }, error));
    socket.once("error", refuse);
    socket.bind(listen.port, listen.address, () => {
      socket.off("error", refuse);
      resolve();
    });
  });
}

class UdpLink implements Link {
  readonly kind = "host";
  readonly edge = undefined;
  readonly edgeId = undefined;
  readonly candidate: IceCandidate;
  readonly #socket: Socket;

  constructor(socket: Socket, advertised: string) {
    this.#socket = socket;
    const { port } = socket.address();
    this.candidate = { type: "host", address: advertised, port, priority: PRIORITY, foundation: "1" };
  }

  send(buffer: Buffer, peer: TransportAddress): void {
    if (this.#socket.getSendQueueSize() > MAX_QUEUED) return;
    this.#socket.send(buffer, HEADROOM, buffer.length - HEADROOM, peer.port, peer.address, ignore);
  }

  permit(): void {}
  unpermit(): void {}
  bind(): void {}
  release(): void {}
}

/** UDP may lose a packet anywhere; here is one of the places. */
function ignore(): void {}
