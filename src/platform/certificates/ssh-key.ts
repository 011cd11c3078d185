import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";

export interface SshKey {
  /** OpenSSH's own format, not encrypted. */
  readonly privateKey: string;
  /** "ssh-ed25519 AAAA… comment", as in authorized_keys. */
  readonly publicKey: string;
  /** As `ssh-keygen -l` prints it: "SHA256:…". */
  readonly fingerprint: string;
}

const TYPE = "ssh-ed25519";
const BLOCK = 8;

/**
 * A new ed25519 pair. It is written here and not by ssh2, whose generator drops leading zero bytes of the public key: one pair
 * in 256 would be broken.
 */
export function createSshKey(comment: string): SshKey {
  const { privateKey } = generateKeyPairSync("ed25519");
  const { d, x } = privateKey.export({ format: "jwk" });
  const [seed, point] = [Buffer.from(d!, "base64url"), Buffer.from(x!, "base64url")];
  const blob = Buffer.concat([string(TYPE), string(point)]);
  const publicKey = `${TYPE} ${blob.toString("base64")} ${comment}`;
  return {
    privateKey: privateText(blob, seed, point, comment),
    publicKey: `${publicKey}\n`,
    fingerprint: sshFingerprintOf(publicKey)!,
  };
}

/** "SHA256:…" of a public key line, as `ssh-keygen -l` prints it; undefined if the line is not a public key. */
export function sshFingerprintOf(publicKey: string): string | undefined {
  const [type, base64] = publicKey.trim().split(/\s+/);
  if (!type || !base64) return undefined;
  const blob = Buffer.from(base64, "base64");
  if (!blob.subarray(0, 4 + type.length).equals(string(type))) return undefined;
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}

/** OpenSSH PROTOCOL.key: header, no cipher, no KDF, one key; the private part is padded with 1, 2, 3… */
function privateText(blob: Buffer, seed: Buffer, point: Buffer, comment: string): string {
  const check = randomBytes(4);
  const secret = [check, check, string(TYPE), string(point), string(Buffer.concat([seed, point])), string(comment)];
  const length = secret.reduce((sum, part) => sum + part.length, 0);
  const padding = Buffer.from(Array.from({ length: (BLOCK - (length % BLOCK)) % BLOCK }, (_, i) => i + 1));
  const whole = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    ...["none", "none", ""].map(string),
    uint32(1),
    string(blob),
    string(Buffer.concat([...secret, padding])),
  ]);
  const lines = whole.toString("base64").match(/.{1,70}/g)!;
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join("\n")}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

/** RFC 4251 5: length and bytes. */
function string(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
