/** The content type of a TLS handshake record (RFC 8446 5.1). */
const TLS_HANDSHAKE = 0x16;
/** STUN messages begin with two zero bits and a method of at most 12 bits: 0-3 (RFC 8489 5, RFC 7983 7). */
const LAST_STUN = 3;

/** What a connection is, by the first byte of its client. ChannelData cannot be first: no channel is bound yet. */
export function protocolOf(firstByte: number | undefined): "tls" | "stun" | "junk" {
  if (firstByte === TLS_HANDSHAKE) return "tls";
  return firstByte !== undefined && firstByte <= LAST_STUN ? "stun" : "junk";
}
