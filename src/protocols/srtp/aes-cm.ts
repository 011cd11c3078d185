import { createCipheriv, type KeyObject, timingSafeEqual } from "node:crypto";
import { ENCRYPTED, type PacketCipher, RTCP_CLEAR } from "./cipher.ts";
import type { SessionKeys } from "./profile.ts";

/** HMAC-SHA1 cut to 80 bits. */
const TAG = 10;
const INDEX_WORD = 4;

/** AES_CM_128_HMAC_SHA1_80, RFC 3711. */
export function aesCmCipher(rtp: SessionKeys, rtcp: SessionKeys): PacketCipher {
  const iv = Buffer.alloc(16);
  const roc = Buffer.alloc(4);
  /** Of one packet at a time. */
  const tag = Buffer.alloc(TAG);

  /** The ROC is authenticated though it is not sent (RFC 3711 4.2). */
  const rtpTag = (authenticated: Buffer, index: number): Buffer => {
    roc.writeUInt32BE(Math.floor(index / 0x10000));
    rtp.authentication.write("sha1", tag, authenticated, roc);
    return tag;
  };
  const rtcpTag = (authenticated: Buffer): Buffer => {
    rtcp.authentication.write("sha1", tag, authenticated);
    return tag;
  };

  return {
    rtpOverhead: TAG,
    rtcpOverhead: INDEX_WORD + TAG,
    rtcpIndexOffset: (packet) => packet.length - TAG - INDEX_WORD,

    sealRtp(out, packet, headerLength, ssrc, index) {
      counterBlock(iv, rtp.salt, ssrc, index);
      packet.copy(out, 0, 0, headerLength);
      keystream(rtp.key, iv, packet.subarray(headerLength)).copy(out, headerLength);
      rtpTag(out.subarray(0, packet.length), index).copy(out, packet.length);
    },

    openRtp(packet, headerLength, ssrc, index) {
      const length = packet.length - TAG;
      if (!timingSafeEqual(rtpTag(packet.subarray(0, length), index), packet.subarray(length))) return undefined;
      counterBlock(iv, rtp.salt, ssrc, index);
      return joined(packet.subarray(0, headerLength), keystream(rtp.key, iv, packet.subarray(headerLength, length)));
    },

    sealRtcp(out, packet, ssrc, index) {
      counterBlock(iv, rtcp.salt, ssrc, index);
      packet.copy(out, 0, 0, RTCP_CLEAR);
      keystream(rtcp.key, iv, packet.subarray(RTCP_CLEAR)).copy(out, RTCP_CLEAR);
      out.writeUInt32BE(ENCRYPTED + index, packet.length);
      rtcpTag(out.subarray(0, packet.length + INDEX_WORD)).copy(out, packet.length + INDEX_WORD);
    },

    openRtcp(packet, ssrc, index) {
      const tagged = packet.length - TAG;
      if (!timingSafeEqual(rtcpTag(packet.subarray(0, tagged)), packet.subarray(tagged))) return undefined;
      counterBlock(iv, rtcp.salt, ssrc, index);
      const sealed = packet.subarray(RTCP_CLEAR, tagged - INDEX_WORD);
      return joined(packet.subarray(0, RTCP_CLEAR), keystream(rtcp.key, iv, sealed));
    },
  };
}

/** RFC 3711 4.1.1: (salt * 2^16) XOR (SSRC * 2^64) XOR (index * 2^16); the low 16 bits count blocks. */
function counterBlock(iv: Buffer, salt: Buffer, ssrc: number, index: number): void {
  iv.fill(0);
  iv.writeUInt32BE(ssrc, 4);
  iv.writeUIntBE(index, 8, 6);
  for (let i = 0; i < salt.length; i++) iv[i]! ^= salt[i]!;
}

function keystream(key: KeyObject, iv: Buffer, bytes: Buffer): Buffer {
  return createCipheriv("aes-128-ctr", key, iv).update(bytes);
}

function joined(clear: Buffer, plain: Buffer): Buffer {
  const out = Buffer.allocUnsafe(clear.length + plain.length);
  clear.copy(out);
  plain.copy(out, clear.length);
  return out;
}
