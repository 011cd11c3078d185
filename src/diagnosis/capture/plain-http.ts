/** What an administrator needs of a header field; the values of all others may be somebody's secret. */
const SHOWN = new Set(
  [
    ["host", "user-agent", "date", "connection", "upgrade", "content-length", "content-type", "transfer-encoding"],
    ["accept", "accept-language", "cache-control", "server", "strict-transport-security", "location", "expect"],
  ].flat(),
);
/** No field name is longer; what is, is not shown. */
const LONGEST_NAME = 64;

const [NEWLINE, RETURN, SPACE, COLON, QUESTION, MASK] = [10, 13, 32, 58, 63, 42];

/** Where in a message the next byte is. */
type Place = "first line" | "query" | "name" | "shown value" | "hidden value" | "content";

/**
 * Masks one direction of plain HTTP in a capture: queries (guest links have secrets there), values of fields that are not
 * known to be harmless, and contents. Lengths stay, so that everything else is as it was. Anything that does not begin
 * as HTTP passes untouched: it is TLS, SSH or STUN.
 */
export class PlainHttpMask {
  #place: Place = "first line";
  #name = "";
  /** The beginning of the first line. */
  #word = "";
  /** Nothing yet on this line. */
  #lineIsEmpty = true;
  #isHttp: boolean | undefined;

  /** The bytes themselves, or a masked copy. */
  apply(bytes: Uint8Array): Uint8Array {
    if (this.#isHttp === false) return bytes;
    const masked = Uint8Array.from(bytes);
    for (let i = 0; i < masked.length; i++) {
      const byte = masked[i]!;
      this.#isHttp ??= mayBeginHttp(byte);
      if (!this.#isHttp) break;
      if (this.#hides(byte)) masked[i] = MASK;
    }
    return masked;
  }

  /** Takes the next byte. */
  #hides(byte: number): boolean {
    if (this.#place === "content") return true;
    if (byte === NEWLINE) return this.#nextLine();
    if (byte === RETURN) return false;
    this.#lineIsEmpty = false;
    switch (this.#place) {
      case "first line":
        return this.#inFirstLine(byte);
      case "shown value":
        if (byte === QUESTION) this.#place = "hidden value";
        return false;
      case "query":
        if (byte === SPACE) this.#place = "first line";
        return byte !== SPACE;
      case "name":
        return this.#inName(byte);
      case "hidden value":
        return byte !== SPACE;
    }
  }

  #inFirstLine(byte: number): false {
    if (this.#word.length < PROXY_WORD.length) this.#word += String.fromCharCode(byte);
    if (byte === QUESTION) this.#place = "query";
    return false;
  }

  #inName(byte: number): boolean {
    if (byte === COLON) this.#place = SHOWN.has(this.#name.toLowerCase()) ? "shown value" : "hidden value";
    else if (this.#name.length < LONGEST_NAME) this.#name += String.fromCharCode(byte);
    else this.#place = "hidden value";
    return false;
  }

  #nextLine(): false {
    if (this.#word === PROXY_WORD) {
      // What the client itself sends begins behind the balancer's line.
      this.#isHttp = undefined;
      this.#place = "first line";
    } else this.#place = this.#lineIsEmpty ? "content" : "name";
    this.#word = this.#place === "first line" ? "" : "-";
    this.#lineIsEmpty = true;
    this.#name = "";
    return false;
  }
}

/**
 * Methods and "HTTP/" begin with a capital letter, and so does no handshake of TLS, no STUN message, and of SSH (RFC 4253
 * 4.2) only one that no method has which this product answers.
 */
function mayBeginHttp(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a && byte !== SSH;
}

const SSH = 0x53;
/** The PROXY protocol, version 1. */
const PROXY_WORD = "PROXY ";
