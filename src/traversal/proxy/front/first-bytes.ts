/** What the first bytes of a connection, or of what it carries inside TLS, tell of it. */
export type FirstBytes = "stun" | "channel-data" | "tls" | "other";

/** RFC 8446 5.1: the content type of a record that carries a handshake. */
const TLS_HANDSHAKE = 22;
/** RFC 8489 5, at offset 4. */
const MAGIC_COOKIE = [0x21, 0x12, 0xa4, 0x42];

/**
 * Tells STUN, ChannelData and TLS apart as RFC 7983 7 does, STUN by its cookie as well. Undefined until the bytes suffice:
 * eight for STUN, one for the others.
 */
export function firstBytes(bytes: Uint8Array): FirstBytes | undefined {
  const first = bytes[0];
  if (first === undefined) return undefined;
  if (first === TLS_HANDSHAKE) return "tls";
  if (first >= 0x40 && first <= 0x7f) return "channel-data";
  if (first > 3) return "other";
  if (MAGIC_COOKIE.some((byte, i) => bytes.length > 4 + i && bytes[4 + i] !== byte)) return "other";
  return bytes.length < 8 ? undefined : "stun";
}
