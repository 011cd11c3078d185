import { type Log, type Scope, type TransportAddress, textOf } from "#base";
import { type BatchedUdp, openBatchedUdp } from "#native";
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
  const socket = bound(listen, {
    onPacket: (packet, from) => onPacket(packet, from, link),
    onError: (why) => log.warn("media socket", { why }),
  });
  const link = new UdpLink(socket, listen.advertised);
  scope.defer(() => socket.close());
  return link;
}

function bound(
  { address, port }: { readonly address: string; readonly port: number },
  listener: Parameters<typeof openBatchedUdp>[1],
): BatchedUdp {
  try {
    return openBatchedUdp({ bind: { address, port }, socketBuffer: SOCKET_BUFFER, queue: MAX_QUEUED }, listener);
  } catch (thrown) {
    throw fail("MEDIA_LISTEN_FAILED", { address, port, why: textOf(thrown) }, thrown as Error);
  }
}

class UdpLink implements Link {
  readonly kind = "host";
  readonly edge = undefined;
  readonly edgeId = undefined;
  readonly candidate: IceCandidate;
  readonly #socket: BatchedUdp;

  constructor(socket: BatchedUdp, advertised: string) {
    this.#socket = socket;
    const { port } = socket.address;
    this.candidate = { type: "host", address: advertised, port, priority: PRIORITY, foundation: "1" };
  }

  /** UDP may lose a packet anywhere; a full queue is one of the places. */
  send(buffer: Buffer, peer: TransportAddress): void {
    this.#socket.send(buffer, HEADROOM, peer);
  }

  permit(): void {}
  unpermit(): void {}
  bind(): void {}
  release(): void {}
}
