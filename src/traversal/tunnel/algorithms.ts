import type { Algorithms } from "ssh2";

/**
 * What both ends offer: elliptic curves and AEAD, all of which OpenSSH 6.5 (2014) and later know. No SHA-1, no CBC, no
 * compression. Strict key exchange against Terrapin (CVE-2023-48795) is on by itself.
 */
export const ALGORITHMS = {
  kex: ["curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp384", "ecdh-sha2-nistp256"],
  cipher: ["aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com"],
  // Not used with these ciphers, but a list must be offered.
  hmac: ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com"],
  compress: ["none"],
} satisfies Algorithms;
