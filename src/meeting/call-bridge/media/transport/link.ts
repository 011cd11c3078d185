import type { TransportAddress } from "#base";
import type { IceCandidate } from "../control.ts";

/** A way for packets to come and go: the worker's own socket, or its allocation on an edge. */
export interface Link {
  readonly kind: "host" | "relay";
  /** The edge's server address, of a relay. */
  readonly edge: string | undefined;
  readonly edgeId: string | undefined;
  /** What clients are told; undefined while an edge gives no relay. */
  readonly candidate: IceCandidate | undefined;
  /** Sends `buffer.subarray(HEADROOM)`; the bytes before it may be overwritten. Drops rather than queues without end. */
  send(buffer: Buffer, peer: TransportAddress): void;
  /** Lets packets from this IP address through; counted. */
  permit(address: string): void;
  unpermit(address: string): void;
  /** The peer is going to be sent media, or no longer. */
  bind(peer: TransportAddress): void;
  release(peer: TransportAddress): void;
}

/** Bytes of `packet` are the listener's until it returns. */
export type PacketListener = (packet: Buffer, from: TransportAddress, link: Link) => void;
