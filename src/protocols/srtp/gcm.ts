import { createCipheriv, createDecipheriv, type KeyObject } from "node:crypto";
import { ENCRYPTED, type PacketCipher, RTCP_CLEAR } from "./cipher.ts";
import type { SessionKeys } from "./profile.ts";

const TAG = 16;
const INDEX_WORD = 4;

/** AEAD_AES_128_GCM, RFC 7714. */
export function gcmCipher(rtp: SessionKeys, rtcp: SessionKeys): PacketCipher {
  const iv = Buffer.alloc(12);
  const rtcpAad = Buffer.alloc(RTCP_CLEAR + INDEX_WORD);

  return {
    rtpOverhead: TAG,
    rtcpOverhead: TAG + INDEX_WORD,
    rtcpIndexOffset: (packet) => packet.length - INDEX_WORD,

    sealRtp(out, packet, headerLength, ssrc, index) {
      rtpIv(iv, rtp.salt, ssrc, index);
      const aad = packet.subarray(0, headerLength);
      packet.copy(out, 0, 0, headerLength);
      seal(out, headerLength, rtp.key, iv, aad, packet.subarray(headerLength));
    },

    openRtp(packet, headerLength, ssrc, index) {
      rtpIv(iv, rtp.salt, ssrc, index);
      return open(
        packet.subarray(0, headerLength),
        rtp.key,
        iv,
        packet.subarray(0, headerLength),
        packet.subarray(headerLength),
      );
    },

    sealRtcp(out, packet, ssrc, index) {
      rtcpIv(iv, rtcp.salt, ssrc, index);
      packet.copy(rtcpAad, 0, 0, RTCP_CLEAR);
      rtcpAad.writeUInt32BE(ENCRYPTED + index, RTCP_CLEAR);
      packet.copy(out, 0, 0, RTCP_CLEAR);
      seal(out, RTCP_CLEAR, rtcp.key, iv, rtcpAad, packet.subarray(RTCP_CLEAR));
      out.writeUInt32BE(ENCRYPTED + index, out.length - INDEX_WORD);
    },

    openRtcp(packet, ssrc, index) {
      rtcpIv(iv, rtcp.salt, ssrc, index);
      packet.copy(rtcpAad, 0, 0, RTCP_CLEAR);
      packet.copy(rtcpAad, RTCP_CLEAR, packet.length - INDEX_WORD);
      const sealed = packet.subarray(RTCP_CLEAR, packet.length - INDEX_WORD);
      return open(packet.subarray(0, RTCP_CLEAR), rtcp.key, iv, rtcpAad, sealed);
    },
  };
}

/** Ciphertext and tag into `out` from `offset`. */
function seal(out: Buffer, offset: number, key: KeyObject, iv: Buffer, aad: Buffer, plain: Buffer): void {
  const cipher = createCipheriv("aes-128-gcm", key, iv);
  cipher.setAAD(aad);
  cipher.update(plain).copy(out, offset);
  cipher.final();
  cipher.getAuthTag().copy(out, offset + plain.length);
}

/** `clear` and the plain text of `sealed` (ciphertext and tag). */
function open(clear: Buffer, key: KeyObject, iv: Buffer, aad: Buffer, sealed: Buffer): Buffer | undefined {
  const length = sealed.length - TAG;
  const out = Buffer.allocUnsafe(clear.length + length);
  const decipher = createDecipheriv("aes-128-gcm", key, iv);
  decipher.setAAD(aad);
  decipher.setAuthTag(sealed.subarray(length));
  clear.copy(out);
  decipher.update(sealed.subarray(0, length)).copy(out, clear.length);
  try {
    decipher.final();
  } catch {
    return undefined;
  }
  return out;
}

/** RFC 7714 8.1: 0000 SSRC ROC SEQ, masked with the salt. */
function rtpIv(iv: Buffer, salt: Buffer, ssrc: number, index: number): void {
  iv.writeUInt16BE(0, 0);
  iv.writeUInt32BE(ssrc, 2);
  iv.writeUIntBE(index, 6, 6);
  mask(iv, salt);
}

/** RFC 7714 9.1: 0000 SSRC 0000 index, masked with the salt. */
function rtcpIv(iv: Buffer, salt: Buffer, ssrc: number, index: number): void {
  iv.writeUInt16BE(0, 0);
  iv.writeUInt32BE(ssrc, 2);
  iv.writeUInt16BE(0, 6);
  iv.writeUInt32BE(index, 8);
  mask(iv, salt);
}

function mask(iv: Buffer, salt: Buffer): void {
  for (let i = 0; i < iv.length; i++) iv[i]! ^= salt[i]!;
}
