/** What a TLS client says before the handshake of where it wants to go. */
export interface ClientHello {
  /** Lower case; undefined if the client names no server. */
  readonly serverName: string | undefined;
  /** ALPN, in the client's order; empty if it offers none. */
  readonly protocols: readonly string[];
}

/** RFC 8446 5.1, 4 and 4.2. */
const HANDSHAKE_RECORD = 22;
const RECORD_HEADER = 5;
const MAX_FRAGMENT = 2 ** 14;
const CLIENT_HELLO = 1;
const MESSAGE_HEADER = 4;
const VERSION_AND_RANDOM = 2 + 32;
const SERVER_NAME = 0;
const ALPN = 16;

/**
 * Reads the ClientHello at the start of a TLS connection, also when it is split over records. It only sorts connections:
 * whether the hello is good is for OpenSSL to say, which reads it again.
 */
export function readClientHello(bytes: Uint8Array): ClientHello | "incomplete" | "malformed" {
  const message = firstMessage(bytes);
  if (typeof message === "string") return message;
  try {
    return decodeHello(new Cursor(message));
  } catch (error) {
    if (error instanceof Truncated) return "malformed";
    throw error;
  }
}

/** The body of the first handshake message. What follows it may be of any kind, such as early data. */
function firstMessage(bytes: Uint8Array): Uint8Array | "incomplete" | "malformed" {
  const message = new Uint8Array(bytes.length);
  let have = 0;
  for (let at = 0; at + RECORD_HEADER <= bytes.length; ) {
    const length = uint(bytes, at + 3, 2);
    if (bytes[at] !== HANDSHAKE_RECORD || bytes[at + 1] !== 3 || length === 0 || length > MAX_FRAGMENT)
      return "malformed";
    const fragment = bytes.subarray(at + RECORD_HEADER, at + RECORD_HEADER + length);
    message.set(fragment, have);
    have += fragment.length;
    at += RECORD_HEADER + length;
    if (have > 0 && message[0] !== CLIENT_HELLO) return "malformed";
    const end = MESSAGE_HEADER + uint(message, 1, 3);
    if (have >= MESSAGE_HEADER && have >= end) return message.subarray(MESSAGE_HEADER, end);
  }
  return "incomplete";
}

/** RFC 8446 4.1.2; TLS 1.2 has the same form. */
function decodeHello(hello: Cursor): ClientHello {
  hello.take(VERSION_AND_RANDOM);
  hello.vector(1); // session id
  hello.vector(2); // cipher suites
  hello.vector(1); // compression methods
  let serverName: string | undefined;
  let protocols: readonly string[] = [];
  const extensions = hello.left > 0 ? hello.vector(2) : hello;
  while (extensions.left > 0) {
    const type = extensions.uint(2);
    const body = extensions.vector(2);
    if (type === SERVER_NAME) serverName = hostName(body);
    if (type === ALPN) protocols = protocolNames(body);
  }
  return { serverName, protocols };
}

/** RFC 6066 3: the name of type host_name, 0; no other type was ever defined. */
function hostName(body: Cursor): string | undefined {
  const names = body.vector(2);
  while (names.left > 0) {
    const type = names.uint(1);
    const name = names.vector(2);
    if (type === 0) return name.text().toLowerCase();
  }
  return undefined;
}

/** RFC 7301 3.1. */
function protocolNames(body: Cursor): string[] {
  const list = body.vector(2);
  const names: string[] = [];
  while (list.left > 0) names.push(list.vector(1).text());
  return names;
}

class Truncated extends Error {}

/** Reads on and on; throws `Truncated` where the bytes end too early. */
class Cursor {
  readonly #bytes: Uint8Array;
  #at = 0;
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  take(length: number): Uint8Array {
    if (length > this.left) throw new Truncated();
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  uint(size: number): number {
    return uint(this.take(size), 0, size);
  }

  /** Bytes with their length, a number of `size` bytes, in front (RFC 8446 3.4). */
  vector(size: number): Cursor {
    return new Cursor(this.take(this.uint(size)));
  }

  text(): string {
    return Buffer.from(this.take(this.left)).toString("latin1");
  }
}

function uint(bytes: Uint8Array, at: number, size: number): number {
  let value = 0;
  for (let i = 0; i < size; i++) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}
