import { isIPv4, isIPv6, SocketAddress } from "node:net";
import type { TransportAddress } from "#base";
import { plainAddress } from "./plain-address.ts";

/** What a balancer says of a connection that it passes on. */
export interface ProxyHeader {
  /** The client; undefined for the balancer's own connections (LOCAL) and for families that are not IP (UNKNOWN, UNSPEC). */
  readonly source: TransportAddress | undefined;
  /** Bytes of the header, which precede the client's own. */
  readonly length: number;
}

/** The PROXY protocol 2.1: the longest line of version 1, CR LF included. */
const MAX_LINE = 107;
/** 2.2: twelve bytes that no other protocol begins with. */
const SIGNATURE = Uint8Array.of(0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a);
const FIXED = 16;
/** Addresses and TLVs after the fixed part; ours would not be over 536 bytes, as the specification asks of senders. */
const MAX_REST = 4096;

const FORM = /^PROXY (?:UNKNOWN(?: [^\r\n]*)?|TCP([46]) ([0-9a-fA-F:.]+) ([0-9a-fA-F:.]+) (\d{1,5}) (\d{1,5}))\r\n$/;

/** Reads the header at the start of a connection, of either version. Total: any bytes give one of three answers. */
export function readProxyHeader(bytes: Uint8Array): ProxyHeader | "incomplete" | "malformed" {
  if (bytes.length === 0) return "incomplete";
  return bytes[0] === SIGNATURE[0] ? readBinary(bytes) : readLine(bytes);
}

/** 2.1: "PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n". */
function readLine(bytes: Uint8Array): ProxyHeader | "incomplete" | "malformed" {
  const text = Buffer.from(bytes.subarray(0, MAX_LINE)).toString("latin1");
  const end = text.indexOf("\n");
  if (end < 0) {
    const possible = text.length < MAX_LINE && "PROXY ".startsWith(text.slice(0, 6));
    return possible ? "incomplete" : "malformed";
  }
  const match = FORM.exec(text.slice(0, end + 1));
  if (!match) return "malformed";
  const length = end + 1;
  const [, version, from, to, fromPort, toPort] = match;
  if (version === undefined) return { source: undefined, length };
  const family = version === "4" ? isIPv4 : isIPv6;
  const port = Number(fromPort);
  if (!family(from!) || !family(to!) || port > 65535 || Number(toPort) > 65535) return "malformed";
  return { source: { address: version === "4" ? from! : shortIpv6(from!), port }, length };
}

/** 2.2: signature, version and command, family and protocol, length; then addresses, then TLVs, which nobody here needs. */
function readBinary(bytes: Uint8Array): ProxyHeader | "incomplete" | "malformed" {
  for (let i = 0; i < SIGNATURE.length && i < bytes.length; i++) if (bytes[i] !== SIGNATURE[i]) return "malformed";
  if (bytes.length < FIXED) return "incomplete";
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [command, family, rest] = [view.getUint8(12), view.getUint8(13), view.getUint16(14)];
  if ((command !== 0x20 && command !== 0x21) || rest > MAX_REST) return "malformed";
  const length = FIXED + rest;
  if (bytes.length < length) return "incomplete";
  // LOCAL: the balancer asks for itself, such as for its health check. What follows is to be skipped.
  if (command === 0x20) return { source: undefined, length };
  if (family === 0x00) return { source: undefined, length };
  if (family === 0x11 && rest >= 12) return { source: ipv4(bytes, view), length };
  if (family === 0x21 && rest >= 36) return { source: ipv6(view), length };
  // UDP and UNIX sockets: nobody may pass these on to a TCP port.
  return "malformed";
}

function ipv4(bytes: Uint8Array, view: DataView): TransportAddress {
  return { address: bytes.subarray(FIXED, FIXED + 4).join("."), port: view.getUint16(FIXED + 8) };
}

function ipv6(view: DataView): TransportAddress {
  const groups = [0, 2, 4, 6, 8, 10, 12, 14].map((at) => view.getUint16(FIXED + at).toString(16));
  return { address: shortIpv6(groups.join(":")), port: view.getUint16(FIXED + 32) };
}

function shortIpv6(address: string): string {
  return plainAddress(new SocketAddress({ address, family: "ipv6" }).address);
}
