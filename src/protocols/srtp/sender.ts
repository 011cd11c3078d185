import { aesCmCipher } from "./aes-cm.ts";
import { ENCRYPTED, type PacketCipher, RTCP_CLEAR } from "./cipher.ts";
import { gcmCipher } from "./gcm.ts";
import { rtcpSsrc, rtpHeaderLength, rtpSequence, rtpSsrc } from "./header.ts";
import { deriveSessionKeys, type MasterKey, type SrtpProfile } from "./profile.ts";
import { estimateIndex, IndexWindow } from "./window.ts";

export function cipherFor(profile: SrtpProfile, master: MasterKey): PacketCipher {
  const make = profile === "SRTP_AEAD_AES_128_GCM" ? gcmCipher : aesCmCipher;
  return make(deriveSessionKeys(master, "rtp"), deriveSessionKeys(master, "rtcp"));
}

/** The sending direction of one session. */
export class SrtpSender {
  readonly #cipher: PacketCipher;
  readonly #headroom: number;
  readonly #sources = new Map<number, IndexWindow>();
  #rtcpIndex = 0;
  #refused = 0;

  /** Each protected packet starts `headroom` bytes into its buffer. */
  constructor(profile: SrtpProfile, master: MasterKey, headroom = 0) {
    this.#cipher = cipherFor(profile, master);
    this.#headroom = headroom;
  }

  /** Packets that were not protected: malformed, or their sequence number had been used. */
  get refused(): number {
    return this.#refused;
  }

  /**
   * Undefined if the packet is malformed or its sequence number was sent before (or is more than IndexWindow.SIZE old):
   * a second packet under one nonce would give AES-GCM's authentication key away (RFC 7714 8.4, 14).
   */
  protectRtp(packet: Buffer): Buffer | undefined {
    const headerLength = rtpHeaderLength(packet, packet.length);
    if (headerLength === undefined) return this.#refuse();
    const ssrc = rtpSsrc(packet);
    const window = this.#sources.get(ssrc) ?? new IndexWindow();
    const index = estimateIndex(window.highest, rtpSequence(packet));
    if (window.isUsed(index)) return this.#refuse();
    window.use(index);
    this.#sources.set(ssrc, window);
    const out = Buffer.allocUnsafe(this.#headroom + packet.length + this.#cipher.rtpOverhead);
    this.#cipher.sealRtp(out.subarray(this.#headroom), packet, headerLength, ssrc, index);
    return out;
  }

  /** Undefined if the packet is shorter than its header, or after 2^31 packets (RFC 3711 9.2). */
  protectRtcp(packet: Buffer): Buffer | undefined {
    if (packet.length < RTCP_CLEAR || this.#rtcpIndex >= ENCRYPTED) return this.#refuse();
    const out = Buffer.allocUnsafe(this.#headroom + packet.length + this.#cipher.rtcpOverhead);
    this.#cipher.sealRtcp(out.subarray(this.#headroom), packet, rtcpSsrc(packet), this.#rtcpIndex++);
    return out;
  }

  #refuse(): undefined {
    this.#refused++;
    return undefined;
  }
}
