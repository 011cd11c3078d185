import type { TransportAddress } from "#base";

/** An ICMP or ICMPv6 error about a packet that the socket sent. */
export interface IcmpError {
  /** Where the packet was going. */
  readonly peer: TransportAddress;
  readonly version: 4 | 6;
  readonly type: number;
  readonly code: number;
  /** Of the next hop, where the error is about a packet that is too large; else 0. */
  readonly mtu: number;
}

export type SendResult =
  | "sent"
  /** The socket's buffer is full, there is no way to that address, or the like. */
  | "dropped"
  /** Larger than the path's MTU, which is 0 where it is not known. */
  | { readonly mtu: number };

export interface UdpSocketListener {
  /** The bytes are the listener's to keep. */
  onPacket(bytes: Buffer, from: TransportAddress): void;
  onIcmp(error: IcmpError): void;
}

/** A UDP socket of Linux in Node's event loop. Its packets have the DF bit clear unless asked (RFC 8656 15). */
export interface NativeUdpSocket {
  readonly address: TransportAddress;
  send(bytes: Uint8Array, to: TransportAddress, dontFragment?: boolean): SendResult;
  /** Nothing is heard of the socket any more; sending does nothing. */
  close(): void;
}
