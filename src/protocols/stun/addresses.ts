import ipaddr from "ipaddr.js";
import type { TransportAddress } from "#base";
import { AddressFamily, MAGIC_COOKIE } from "./constants.ts";
import { DecodeError } from "./errors.ts";

/**
 * RFC 8489 14.1: family, port, address. With a transaction id RFC 8489 14.2: port and address XORed with the magic
 * cookie, and for IPv6 with the transaction id behind it.
 */
export function encodeAddress(where: TransportAddress, transactionId?: Uint8Array): Buffer {
  const bytes = addressBytes(where.address);
  const value = Buffer.allocUnsafe(4 + bytes.length);
  value.writeUInt16BE(bytes.length === 4 ? AddressFamily.ipv4 : AddressFamily.ipv6, 0);
  value.writeUInt16BE(where.port ^ (cookie(transactionId) >>> 16), 2);
  for (let i = 0; i < bytes.length; i++) value[4 + i] = bytes[i]! ^ maskByte(i, transactionId);
  return value;
}

export function decodeAddress(name: string, value: Buffer, transactionId?: Uint8Array): TransportAddress | DecodeError {
  if (value.length < 4) return new DecodeError(`${name}/length`);
  const family = value[1];
  if (family !== AddressFamily.ipv4 && family !== AddressFamily.ipv6) return new DecodeError(`${name}/family`);
  if (value.length !== (family === AddressFamily.ipv4 ? 8 : 20)) return new DecodeError(`${name}/length`);
  const port = value.readUInt16BE(2) ^ (cookie(transactionId) >>> 16);
  if (family === AddressFamily.ipv4) {
    const n = (value.readUInt32BE(4) ^ cookie(transactionId)) >>> 0;
    return { address: `${n >>> 24}.${(n >>> 16) & 255}.${(n >>> 8) & 255}.${n & 255}`, port };
  }
  const bytes = Array.from({ length: 16 }, (_, i) => value[4 + i]! ^ maskByte(i, transactionId));
  return { address: new ipaddr.IPv6(bytes).toRFC5952String(), port };
}

function cookie(transactionId: Uint8Array | undefined): number {
  return transactionId ? MAGIC_COOKIE : 0;
}

function maskByte(at: number, transactionId: Uint8Array | undefined): number {
  if (!transactionId) return 0;
  return at < 4 ? (MAGIC_COOKIE >>> (24 - 8 * at)) & 255 : transactionId[at - 4]!;
}

/** IPv4 by hand, since it is on the path of every Data indication. */
function addressBytes(text: string): ArrayLike<number> {
  if (text.includes(":")) return ipaddr.IPv6.parse(text).toByteArray();
  const bytes = [0, 0, 0, 0];
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit === -2) at++;
    else bytes[at] = bytes[at]! * 10 + digit;
  }
  return bytes;
}
