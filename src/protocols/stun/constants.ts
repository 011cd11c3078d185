/** RFC 8489 5: fixed value of the bytes 4-7. */
export const MAGIC_COOKIE = 0x2112a442;
export const HEADER_SIZE = 20;
/** No message of ours or of any known client has so many; bounds the work that one packet can cause. */
export const MAX_ATTRIBUTES = 64;

/** Methods below 0x010, whose bits are not split by the class bits (RFC 8489 5, RFC 8656 17, RFC 6062 6.1). */
export const Method = {
  binding: 0x001,
  allocate: 0x003,
  refresh: 0x004,
  send: 0x006,
  data: 0x007,
  createPermission: 0x008,
  channelBind: 0x009,
  connect: 0x00a,
  connectionBind: 0x00b,
  connectionAttempt: 0x00c,
} as const;

const NAMES: ReadonlyMap<number, string> = new Map(Object.entries(Method).map(([name, method]) => [method, name]));

/** For logs and metrics: "allocate", or "0x0ff" for a method unknown to us. */
export function methodName(method: number): string {
  return NAMES.get(method) ?? `0x${method.toString(16).padStart(3, "0")}`;
}

/** The two class bits where they lie in the message type (RFC 8489 5). */
export const MessageClass = { request: 0x000, indication: 0x010, success: 0x100, error: 0x110 } as const;

export const CLASS_MASK = 0x0110;

/** Attributes below 0x8000 must be understood by the receiver (RFC 8489 14). */
export const OPTIONAL_FROM = 0x8000;

/** The address families of the wire (RFC 8489 14.1), in addresses and in REQUESTED-ADDRESS-FAMILY and its kin. */
export const AddressFamily = { ipv4: 1, ipv6: 2 } as const;

/** How the key is made from the password (RFC 8489 18.5). */
export const PasswordAlgorithmNumber = { md5: 1, sha256: 2 } as const;

/** The room that a value of `length` bytes takes (RFC 8489 14). */
export function padded(length: number): number {
  return (length + 3) & ~3;
}
