import { createRequire } from "node:module";
import { textOf } from "#base";
import type { BatchAddon } from "./batch-addon.ts";
import { fail } from "./errors.ts";
import type { PlaneAddon } from "./plane-addon.ts";

export type ContextHandle = { readonly kind: "dtls-context" };
export type ConnectionHandle = { readonly kind: "dtls-connection" };
export type UdpHandle = { readonly kind: "udp-socket" };
export type AeadHandle = { readonly kind: "aes-gcm" };
export type HmacHandle = { readonly kind: "hmac" };

/** What one step of a connection gives: what to send, what arrived, and how it stands. */
export interface Outcome {
  readonly state: "handshake" | "connected" | "failed" | "closed";
  /** -1 if nothing is outstanding. */
  readonly timeoutMs: number;
  readonly datagrams: readonly Buffer[];
  readonly data: readonly Buffer[];
  readonly failure?: NativeFailure;
  readonly detail?: string;
}

export type NativeFailure =
  | "fingerprint-mismatch"
  | "no-certificate"
  | "no-srtp-profile"
  | "no-extended-master-secret"
  | "peer-alert"
  | "protocol";

/** One entry of a socket's error queue (man 7 ip, IP_RECVERR). */
export interface RawSocketError {
  /** Where the packet was going. */
  readonly address: string;
  readonly port: number;
  /** SO_EE_ORIGIN: 1 local, 2 ICMP, 3 ICMPv6. */
  readonly origin: number;
  readonly type: number;
  readonly code: number;
  readonly info: number;
}

/** addon.cc and udp_functions.cc, function by function. Each throws if a handle is of the wrong kind or closed. */
export interface Addon extends BatchAddon, PlaneAddon {
  createContext(): ContextHandle;
  contextFingerprint(context: ContextHandle): Buffer;
  accept(
    context: ContextHandle,
    digest: string,
    fingerprint: Uint8Array,
    profiles: string,
    cookieExchange: boolean,
  ): ConnectionHandle;
  receive(connection: ConnectionHandle, datagram: Uint8Array): Outcome;
  retransmit(connection: ConnectionHandle): Outcome;
  send(connection: ConnectionHandle, data: Uint8Array): Outcome;
  profile(connection: ConnectionHandle): string;
  keys(connection: ConnectionHandle, length: number): Buffer;
  close(connection: ConnectionHandle): Outcome;
  /** A handle, or errno. */
  openUdp(address: string, port: number, bufferBytes: number, wake: (events: number) => void): UdpHandle | number;
  udpPort(socket: UdpHandle): number;
  /** 0, or errno. */
  sendUdp(socket: UdpHandle, bytes: Uint8Array, address: string, port: number, dontFragment: boolean): number;
  /** Fills slots of 64 KiB. Length, address and port of each datagram, in one flat list. */
  receiveUdp(socket: UdpHandle, slots: Uint8Array): (number | string)[];
  readUdpErrors(socket: UdpHandle): RawSocketError[];
  /** A second time it does nothing. */
  closeUdp(socket: UdpHandle): void;
  /** AES-GCM in one direction; the key has 16 or 32 bytes. */
  aead(key: Uint8Array, seals: boolean): AeadHandle;
  /**
   * In place, from `start` to `end`: `plain` bytes that are only authenticated, the text, and 16 bytes of tag. The nonce
   * has 12 bytes. False if it could not be done; what did not open must not be used.
   */
  seal(aead: AeadHandle, nonce: Uint8Array, bytes: Uint8Array, start: number, end: number, plain: number): boolean;
  open(aead: AeadHandle, nonce: Uint8Array, bytes: Uint8Array, start: number, end: number, plain: number): boolean;
  hmacKey(key: Uint8Array): HmacHandle;
  /** HMAC-SHA256, or SHA1, over both; as much of it as `out` has room for. */
  hmac(key: HmacHandle, sha256: boolean, first: Uint8Array, second: Uint8Array, out: Uint8Array): void;
}

type Loaded = { readonly addon: Addon } | { readonly why: string };

let loaded: Loaded | undefined;

/** The compiled addon, loaded once. Throws NATIVE_ADDON_MISSING with what to install. */
export function addon(): Addon {
  loaded ??= load();
  if ("why" in loaded) throw fail("NATIVE_ADDON_MISSING", { why: loaded.why });
  return loaded.addon;
}

export function nativeAvailable(): boolean {
  loaded ??= load();
  return "addon" in loaded;
}

/** Why it is not available, in a line. */
export function nativeMissing(): string | undefined {
  loaded ??= load();
  return "why" in loaded ? loaded.why : undefined;
}

/** TURNPIKE_NATIVE_ADDON names another variant of it, as one with sanitizers for the tests. */
function load(): Loaded {
  try {
    const file = process.env.TURNPIKE_NATIVE_ADDON || "./build/turnpike.node";
    return { addon: createRequire(import.meta.url)(file) as Addon };
  } catch (thrown) {
    return { why: textOf(thrown).split("\n")[0]! };
  }
}
