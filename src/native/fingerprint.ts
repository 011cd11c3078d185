/** A certificate fingerprint as OpenSSL wants it. */
export interface Digest {
  readonly name: string;
  readonly value: Buffer;
}

/** RFC 8122 5 hash functions that are still safe, with OpenSSL's name and the length in bytes. */
const HASHES = new Map([
  ["sha-256", { name: "SHA256", length: 32 }],
  ["sha-384", { name: "SHA384", length: 48 }],
  ["sha-512", { name: "SHA512", length: 64 }],
]);

/** "sha-256", "AB:CD:..." to bytes; undefined if the hash is unknown or unsafe or the value is not of its length. */
export function parseFingerprint(algorithm: string, value: string): Digest | undefined {
  const hash = HASHES.get(algorithm.toLowerCase());
  if (!hash || !/^[0-9a-f]{2}(:[0-9a-f]{2})*$/i.test(value)) return undefined;
  const bytes = Buffer.from(value.replaceAll(":", ""), "hex");
  return bytes.length === hash.length ? { name: hash.name, value: bytes } : undefined;
}

/** Bytes to "AB:CD:...". */
export function formatFingerprint(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0").toUpperCase()).join(":");
}
