import { createHash, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import type { ParsedKey } from "ssh2";
import ssh2 from "ssh2";
import { textOf } from "#base";
import { fail } from "./errors.ts";

/** Key types with modern signatures only: no DSA, and no RSA, whose key size and hash would need rules of their own. */
const TYPES: readonly string[] = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"];

/** An SSH key of either kind: it verifies, and a private one also signs. */
export interface TunnelKey {
  readonly type: string;
  /** "SHA256:…", as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
  /** Public key in wire form (RFC 4253 6.6). */
  readonly blob: Buffer;
  readonly key: ParsedKey;
}

/** Reads a private key in OpenSSH's format. Throws TUNNEL_KEY_UNUSABLE. */
export function loadPrivateKey(file: string): TunnelKey {
  const key = parse(file, readText(file));
  if (!key.key.isPrivateKey()) throw fail("TUNNEL_KEY_UNUSABLE", { file, why: "it is a public key" });
  return key;
}

/** Reads public keys, one a line as in authorized_keys; empty lines and comments are skipped. Throws TUNNEL_KEY_UNUSABLE. */
export function loadPublicKeys(file: string): readonly TunnelKey[] {
  const lines = readText(file).split("\n");
  const keys = lines.filter((line) => line.trim() !== "" && !line.startsWith("#")).map((line) => parse(file, line));
  if (keys.length === 0) throw fail("TUNNEL_KEY_UNUSABLE", { file, why: "it holds no key" });
  return keys;
}

/** Reads a key from its text; `file` is for the error. Throws TUNNEL_KEY_UNUSABLE. */
export function parse(file: string, text: string): TunnelKey {
  const key = ssh2.utils.parseKey(text);
  if (key instanceof Error) throw fail("TUNNEL_KEY_UNUSABLE", { file, why: key.message });
  if (!TYPES.includes(key.type)) throw fail("TUNNEL_KEY_UNUSABLE", { file, why: `its type is ${key.type}` });
  const blob = key.getPublicSSH();
  return { type: key.type, fingerprint: fingerprint(blob), blob, key };
}

export function fingerprint(blob: Buffer): string {
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}

/** Compares in time that tells nothing about where the two differ. */
export function sameKey(a: Buffer, b: Buffer): boolean {
  const [x, y] = [a, b].map((blob) => createHash("sha256").update(blob).digest()) as [Buffer, Buffer];
  return timingSafeEqual(x, y);
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw fail("TUNNEL_KEY_UNUSABLE", { file, why: textOf(error) }, error);
  }
}
