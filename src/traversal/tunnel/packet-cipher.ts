import { createRequire } from "node:module";
import { type InboundCipher, PacketInbox } from "./packet-inbox.ts";
import { type OutboundCipher, PacketOutbox } from "./packet-outbox.ts";

/**
 * AES-GCM (RFC 5647, as OpenSSH frames it) for ssh2, whose own code makes a key anew for each packet and writes each in
 * three pieces. Everything else of the protocol stays ssh2's.
 */
interface Cipher extends OutboundCipher {
  _dead: boolean;
  outbox?: PacketOutbox;
}
interface Decipher extends InboundCipher {
  inbox?: PacketInbox;
}

interface Ssh2Crypto {
  readonly CIPHER_INFO: Readonly<Record<string, unknown>>;
  createCipher(config: unknown): object;
  createDecipher(config: unknown): object;
}

/**
 * Gives ssh2's two classes for AES-GCM other methods, for connections from now on. If ssh2 has been built with native code of
 * its own, or is not as it was in 1.17, nothing is changed. Returns whether it was.
 */
export function replacePacketCiphers(): boolean {
  const { CIPHER_INFO, createCipher, createDecipher } = createRequire(import.meta.url)(
    "ssh2/lib/protocol/crypto.js",
  ) as Ssh2Crypto;
  const info = CIPHER_INFO["aes128-gcm@openssh.com"];
  const [key, iv] = [Buffer.alloc(16), Buffer.alloc(12)];
  const ignore = () => {};
  const out = createCipher({ outbound: { onWrite: ignore, cipherInfo: info, cipherKey: key, cipherIV: iv, seqno: 0 } });
  const into = createDecipher({
    inbound: { onPayload: ignore, decipherInfo: info, decipherKey: key, decipherIV: iv, seqno: 0 },
  });
  const knowsOut = ["_onWrite", "_encSSLName", "_encKey", "_encIV", "_dead"].every((name) => name in out);
  const knowsIn = ["_onPayload", "_decipherSSLName", "_decipherKey", "_decipherIV"].every((name) => name in into);
  if (!knowsOut || !knowsIn) return false;
  Object.assign(Object.getPrototypeOf(out), cipherMethods);
  Object.assign(Object.getPrototypeOf(into), decipherMethods);
  return true;
}

const cipherMethods: ThisType<Cipher> & Record<string, unknown> = {
  allocPacket(payloadBytes: number): Buffer {
    this.outbox ??= new PacketOutbox(this);
    return this.outbox.room(payloadBytes);
  },
  encrypt(packet: Buffer): void {
    if (this._dead) return;
    this.outbox ??= new PacketOutbox(this);
    this.outbox.send(packet);
  },
  /** After a key exchange the next cipher writes: what waits here goes before. */
  free(): void {
    this.outbox?.flush();
    this._dead = true;
  },
};

const decipherMethods: ThisType<Decipher> & Record<string, unknown> = {
  decrypt(data: Buffer, start: number, end: number): number | undefined {
    this.inbox ??= new PacketInbox(this);
    return this.inbox.take(data, start, end);
  },
};
