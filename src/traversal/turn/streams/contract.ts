import type { Clock, Log, TransportAddress } from "#base";
import type { Client } from "../allocation.ts";
import type { Family } from "../family.ts";

/** What streams tell of, and what they must know. */
export interface StreamCore {
  readonly clock: Clock;
  readonly log: Log;
  /** A STUN message or ChannelData, whole. */
  receive(client: Client, bytes: Buffer): void;
  clientGone(client: Client): void;
  /** Does the client have an allocation? */
  holdsSomething(client: Client): boolean;
}

export interface StreamSettings {
  /** PEM texts. Without them TLS clients are closed at once. */
  readonly tls: { readonly certificate: string; readonly key: string } | undefined;
  /** Of one address (IPv6: one /64): the guests behind one NAT. */
  readonly connectionsPerAddress: number;
  readonly connections: number;
}

/** Whose stream it is, where others accepted it. */
export interface StreamOrigin {
  readonly client: TransportAddress;
  /** "tls" if the bytes came out of TLS. */
  readonly transport: "tcp" | "tls";
  /** Of the listener's address. */
  readonly family: Family;
}
