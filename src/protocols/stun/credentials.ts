import { createHash } from "node:crypto";

/** RFC 8489 18.5.1.1: the key of the long-term mechanism, for MESSAGE-INTEGRITY and for the algorithm MD5. */
export function longTermKey(username: string, realm: string, password: string): Buffer {
  return createHash("md5")
    .update(joined(username, realm, password))
    .digest();
}

/** RFC 8489 18.5.1.2: the key for the algorithm SHA-256. */
export function longTermKeySha256(username: string, realm: string, password: string): Buffer {
  return createHash("sha256")
    .update(joined(username, realm, password))
    .digest();
}

/** RFC 8489 14.4: stands for the user name where nobody on the path shall read it. */
export function userhash(username: string, realm: string): Buffer {
  return createHash("sha256").update(joined(username, realm)).digest();
}

/**
 * RFC 8265 4.2.2: spaces beyond ASCII become U+0020, then NFC; case and width stay. Two keyboards that write one
 * password in different code points thus make one key.
 */
export function opaqueString(text: string): string {
  return text.replace(/\p{Zs}/gu, " ").normalize("NFC");
}

function joined(...parts: readonly string[]): string {
  return parts.map(opaqueString).join(":");
}
