import { ENCRYPTED, type PacketCipher, RTCP_CLEAR } from "./cipher.ts";
import { rtcpSsrc, rtpHeaderLength, rtpSequence, rtpSsrc } from "./header.ts";
import type { MasterKey, SrtpProfile } from "./profile.ts";
import { cipherFor } from "./sender.ts";
import { estimateIndex, IndexWindow } from "./window.ts";

/** Why packets were dropped, counted. */
export interface SrtpRejects {
  malformed: number;
  replayed: number;
  unauthentic: number;
  /** Authentic, but from one source more than is kept. */
  sources: number;
}

/** A participant sends three simulcast layers and RTX of camera and screen, and audio: far below this. */
const MAX_SOURCES = 256;

/** The receiving direction of one session. Any bytes give a packet or undefined, never an exception. */
export class SrtpReceiver {
  readonly rejects: SrtpRejects = { malformed: 0, replayed: 0, unauthentic: 0, sources: 0 };
  readonly #cipher: PacketCipher;
  /** Made by authentic packets only, or forged ones could fill them. RTCP has its own: its index counts per SSRC. */
  readonly #rtp = new Map<number, IndexWindow>();
  readonly #rtcp = new Map<number, IndexWindow>();

  constructor(profile: SrtpProfile, master: MasterKey) {
    this.#cipher = cipherFor(profile, master);
  }

  /** The plain packet in a buffer of its own. */
  unprotectRtp(packet: Buffer): Buffer | undefined {
    const headerLength = rtpHeaderLength(packet, packet.length - this.#cipher.rtpOverhead);
    if (headerLength === undefined) return this.#reject("malformed");
    const ssrc = rtpSsrc(packet);
    const index = estimateIndex(this.#rtp.get(ssrc)?.highest ?? -1, rtpSequence(packet));
    if (this.#rtp.get(ssrc)?.isUsed(index)) return this.#reject("replayed");
    const plain = this.#cipher.openRtp(packet, headerLength, ssrc, index);
    if (!plain) return this.#reject("unauthentic");
    return this.#admit(this.#rtp, ssrc, index) ? plain : undefined;
  }

  unprotectRtcp(packet: Buffer): Buffer | undefined {
    if (packet.length < RTCP_CLEAR + this.#cipher.rtcpOverhead || packet[0]! >> 6 !== 2)
      return this.#reject("malformed");
    const word = packet.readUInt32BE(this.#cipher.rtcpIndexOffset(packet));
    // WebRTC always encrypts RTCP (RFC 8827 6.5).
    if (word < ENCRYPTED) return this.#reject("malformed");
    const index = word - ENCRYPTED;
    const ssrc = rtcpSsrc(packet);
    if (this.#rtcp.get(ssrc)?.isUsed(index)) return this.#reject("replayed");
    const plain = this.#cipher.openRtcp(packet, ssrc, index);
    if (!plain) return this.#reject("unauthentic");
    return this.#admit(this.#rtcp, ssrc, index) ? plain : undefined;
  }

  #admit(sources: Map<number, IndexWindow>, ssrc: number, index: number): boolean {
    const window = sources.get(ssrc) ?? new IndexWindow();
    if (window.highest < 0 && sources.size >= MAX_SOURCES) {
      this.rejects.sources++;
      return false;
    }
    window.use(index);
    sources.set(ssrc, window);
    return true;
  }

  #reject(why: keyof SrtpRejects): undefined {
    this.rejects[why]++;
    return undefined;
  }
}
