import ipaddr from "ipaddr.js";
import type { TransportAddress } from "#base";

/** RFC 768, RFC 9293, and RFC 3692 style headers that our own sockets never show us: they are made anew from what is known. */
const UDP = 17;
const TCP = 6;
const UDP_HEADER = 8;
const TCP_HEADER = 20;
const TTL = 64;
/** RFC 791 3.1: the flags field with DF; a packet that is never fragmented needs no identification (RFC 6864 4.1). */
const DONT_FRAGMENT = 0x4000;

/** Bits of the flags field, RFC 9293 3.1. */
export const TCP_FLAG = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const;

export interface Segment {
  readonly flags: number;
  /** Modulo 2^32. */
  readonly sequence: number;
  readonly acknowledged: number;
  readonly options?: Uint8Array;
}

type Payload = Uint8Array | readonly Uint8Array[];

/** An IP packet of version 4 or 6 with a UDP datagram, all checksums right. */
export function udpPacket(from: TransportAddress, to: TransportAddress, payload: Payload): Buffer {
  const parts = partsOf(payload);
  const { packet, at } = ipPacket(from, to, UDP, UDP_HEADER + lengthOf(parts));
  packet.writeUInt16BE(from.port, at);
  packet.writeUInt16BE(to.port, at + 2);
  packet.writeUInt16BE((packet.length - at) & 0xffff, at + 4);
  copy(parts, packet, at + UDP_HEADER);
  // Zero would say that there is none.
  packet.writeUInt16BE(transportChecksum(packet, at, UDP) || 0xffff, at + 6);
  return packet;
}

/** An IP packet with a TCP segment, all checksums right. */
export function tcpPacket(from: TransportAddress, to: TransportAddress, segment: Segment, payload: Uint8Array): Buffer {
  const { flags, sequence, acknowledged, options = NOTHING } = segment;
  const header = TCP_HEADER + options.length;
  const { packet, at } = ipPacket(from, to, TCP, header + payload.length);
  packet.writeUInt16BE(from.port, at);
  packet.writeUInt16BE(to.port, at + 2);
  packet.writeUInt32BE(sequence, at + 4);
  packet.writeUInt32BE(acknowledged, at + 8);
  packet[at + 12] = (header / 4) << 4;
  packet[at + 13] = flags;
  packet.writeUInt16BE(0xffff, at + 14);
  packet.set(options, at + TCP_HEADER);
  packet.set(payload, at + header);
  packet.writeUInt16BE(transportChecksum(packet, at, TCP), at + 16);
  return packet;
}

const NOTHING = new Uint8Array();

/** Where its transport header begins, with the IP header written. */
function ipPacket(from: TransportAddress, to: TransportAddress, protocol: number, length: number) {
  const [source, target] = pairOf(from.address, to.address);
  return source.length === 4 ? ipv4(source, target, protocol, length) : ipv6(source, target, protocol, length);
}

/** RFC 791 3.1. */
function ipv4(source: Uint8Array, target: Uint8Array, protocol: number, length: number) {
  const at = 20;
  const packet = Buffer.alloc(at + length);
  packet[0] = 0x45;
  packet.writeUInt16BE(packet.length & 0xffff, 2);
  packet.writeUInt16BE(DONT_FRAGMENT, 6);
  packet[8] = TTL;
  packet[9] = protocol;
  packet.set(source, 12);
  packet.set(target, 16);
  packet.writeUInt16BE(fold(sum(packet, 0, at)), 10);
  return { packet, at };
}

/** RFC 8200 3. */
function ipv6(source: Uint8Array, target: Uint8Array, protocol: number, length: number) {
  const at = 40;
  const packet = Buffer.alloc(at + length);
  packet[0] = 0x60;
  packet.writeUInt16BE(length & 0xffff, 4);
  packet[6] = protocol;
  packet[7] = TTL;
  packet.set(source, 8);
  packet.set(target, 24);
  return { packet, at };
}

/** RFC 9293 3.1 and RFC 8200 8.1: with a pseudo header of both addresses, protocol and length. */
function transportChecksum(packet: Buffer, at: number, protocol: number): number {
  const addresses = at === 20 ? 12 : 8;
  const length = packet.length - at;
  return fold(sum(packet, addresses, at) + protocol + length + sum(packet, at, packet.length));
}

/** RFC 1071: 16-bit words in network order. Exact as long as the packet has less than 2^37 bytes. */
function sum(bytes: Uint8Array, from: number, to: number): number {
  let total = 0;
  let at = from;
  for (; at + 1 < to; at += 2) total += (bytes[at]! << 8) | bytes[at + 1]!;
  return at < to ? total + (bytes[at]! << 8) : total;
}

function fold(total: number): number {
  let rest = total;
  while (rest > 0xffff) rest = (rest & 0xffff) + Math.floor(rest / 0x10000);
  return ~rest & 0xffff;
}

/** A socket that is bound to all addresses does not say by which one a packet came: then it is shown as unspecified. */
function pairOf(from: string, to: string): readonly [Uint8Array, Uint8Array] {
  const [a, b] = [bytesOf(from), bytesOf(to)];
  if (a.length === b.length) return [a, b];
  const isUnspecified = (bytes: Uint8Array) => bytes.every((byte) => byte === 0);
  if (isUnspecified(a)) return [new Uint8Array(b.length), b];
  if (isUnspecified(b)) return [a, new Uint8Array(a.length)];
  return [mapped(a), mapped(b)];
}

/** RFC 4291 2.5.5.2. */
function mapped(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 16) return bytes;
  return Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...bytes);
}

/** Addresses come again with every packet, so they are parsed once. */
const parsed = new Map<string, Uint8Array>();
const MOST_PARSED = 10_000;

/** IPv4 in the clothing of IPv6, as dual-stack sockets show it, becomes IPv4, as it is on the wire. */
function bytesOf(address: string): Uint8Array {
  const known = parsed.get(address);
  if (known) return known;
  const plain = address.split("%")[0]!;
  const bytes = Uint8Array.from(ipaddr.isValid(plain) ? ipaddr.process(plain).toByteArray() : [0, 0, 0, 0]);
  if (parsed.size >= MOST_PARSED) parsed.clear();
  parsed.set(address, bytes);
  return bytes;
}

function partsOf(payload: Payload): readonly Uint8Array[] {
  return payload instanceof Uint8Array ? [payload] : payload;
}

function lengthOf(parts: readonly Uint8Array[]): number {
  let length = 0;
  for (const part of parts) length += part.length;
  return length;
}

function copy(parts: readonly Uint8Array[], target: Buffer, from: number): void {
  let at = from;
  for (const part of parts) {
    target.set(part, at);
    at += part.length;
  }
}
