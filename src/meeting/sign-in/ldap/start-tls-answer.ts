/** Far more than a refusal with its words has. */
const MAX_BYTES = 4096;

const [SEQUENCE, INTEGER, ENUMERATED] = [0x30, 0x02, 0x0a];
/** [APPLICATION 24], constructed. */
const EXTENDED_RESPONSE = 0x78;

/** Names of RFC 4511 4.1.9 for refusals of StartTLS (4.14.2); others are told by their number. */
const REFUSALS: Readonly<Record<number, string>> = {
  1: "operationsError",
  2: "protocolError: it knows no StartTLS",
  12: "unavailableCriticalExtension",
  52: "unavailable",
  53: "unwillingToPerform",
};

/**
 * Whether these bytes are the server's consent to StartTLS, an ExtendedResponse (RFC 4511 4.12) to message 1; false while
 * more are to come. Throws if it refuses, if it is something else, and if anything follows: what comes before TLS can be
 * anybody's, and must not be taken for what comes after it.
 */
export function readAnswer(bytes: Uint8Array): boolean {
  const message = elementAt(bytes, 0, SEQUENCE);
  if (!message || bytes.length < message.end) {
    if (bytes.length > MAX_BYTES || (message && message.end > MAX_BYTES)) throw new Error("the answer is too long");
    return false;
  }
  if (bytes.length > message.end) throw new Error("more came than the answer to StartTLS");
  const whole = bytes.subarray(0, message.end);
  const id = needed(elementAt(whole, message.begin, INTEGER), message.end);
  const response = needed(elementAt(whole, id.end, EXTENDED_RESPONSE), message.end);
  const result = needed(elementAt(whole, response.begin, ENUMERATED), response.end);
  if (result.end - result.begin !== 1 || id.end - id.begin !== 1 || whole[id.begin] !== 1) throw garbled();
  const code = whole[result.begin]!;
  if (code !== 0) throw new Error(`StartTLS refused (${REFUSALS[code] ?? `result ${code}`})`);
  return true;
}

interface Element {
  readonly begin: number;
  readonly end: number;
}

/** BER (RFC 4511 5.1): definite lengths only. Undefined while the length is not there; `end` may lie beyond the bytes. */
function elementAt(bytes: Uint8Array, at: number, tag: number): Element | undefined {
  if (bytes[at] !== undefined && bytes[at] !== tag) throw garbled();
  const first = bytes[at + 1];
  if (first === undefined) return undefined;
  if (first < 0x80) return { begin: at + 2, end: at + 2 + first };
  const count = first & 0x7f;
  if (count === 0 || count > 4) throw garbled();
  const begin = at + 2 + count;
  if (bytes.length < begin) return undefined;
  const length = bytes.subarray(at + 2, begin).reduce((sum, byte) => sum * 256 + byte, 0);
  return { begin, end: begin + length };
}

function needed(element: Element | undefined, within: number): Element {
  if (!element || element.end > within) throw garbled();
  return element;
}

function garbled(): Error {
  return new Error("the answer to StartTLS is none of LDAP");
}
