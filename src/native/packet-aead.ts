import { addon, nativeAvailable } from "./addon.ts";

/** AES-GCM of one key in one direction, on packets that stay where they are. */
export interface PacketAead {
  /**
   * Encrypts or decrypts `bytes` from `start` to `end`: `plain` bytes that are only authenticated, the text, and 16 bytes of
   * tag. The nonce has 12 bytes, and none may be used twice. False if a packet is not genuine: its text must not be used.
   */
  run(nonce: Uint8Array, bytes: Uint8Array, start: number, end: number, plain: number): boolean;
}

/** The key has 16 or 32 bytes. Undefined without the addon: node:crypto does the same, and takes its time for each packet. */
export function packetAead(key: Uint8Array, direction: "seal" | "open"): PacketAead | undefined {
  // One that was compiled for an earlier release has no such function yet.
  if (!nativeAvailable() || !addon().aead) return undefined;
  const functions = addon();
  const handle = functions.aead(key, direction === "seal");
  const run = direction === "seal" ? functions.seal : functions.open;
  return { run: (nonce, bytes, start, end, plain) => run(handle, nonce, bytes, start, end, plain) };
}
