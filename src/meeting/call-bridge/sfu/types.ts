import type { RtpHeader, Vp8Descriptor } from "#rtp";

/** Ids of header extensions as negotiated with this leg (1-14 or 1-255), by what they mean. */
export interface ExtensionIds {
  readonly audioLevel?: number;
  readonly transportCc?: number;
  readonly mid?: number;
  readonly rid?: number;
  readonly repairedRid?: number;
  readonly absSendTime?: number;
  readonly playoutDelay?: number;
}

export interface Codec {
  /** "audio/opus", "video/VP8", "video/H264"; letter case says nothing. */
  readonly mimeType: string;
  readonly payloadType: number;
  readonly rtxPayloadType?: number;
  /** H.264: profile-level-id;packetization-mode as in the fmtp line, to match publisher and subscriber. */
  readonly fmtp?: string;
}

/** One track that a leg sends. */
export interface SourceOptions {
  readonly sourceId: string;
  readonly legId: string;
  readonly mid: string;
  readonly kind: "audio" | "video";
  readonly codecs: readonly Codec[];
  readonly extensions: ExtensionIds;
  /** Simulcast layers, lowest first ("q","h","f"); empty without simulcast. */
  readonly rids: readonly string[];
  /** SSRCs that the offer named for this m-line: [media, rtx], for clients that do not send mid. */
  readonly ssrcs: readonly { readonly media: number; readonly rtx?: number }[];
}

/** One source forwarded to one leg. */
export interface SubscriptionOptions {
  readonly subscriptionId: string;
  /** The leg that receives. */
  readonly legId: string;
  readonly sourceId: string;
  readonly mid: string;
  readonly ssrc: number;
  readonly rtxSsrc: number;
  /** Codecs that this leg accepts on this m-line, with its payload types. */
  readonly codecs: readonly Codec[];
  readonly extensions: ExtensionIds;
}

/** What is forwarded of a source to one leg. */
export interface Forwarding {
  /** The highest layer; 0 is the lowest. */
  readonly maxLayer: number;
  /** Nothing. */
  readonly paused: boolean;
}

/** A stream as it was in the last two to four seconds. */
export interface StreamStats {
  readonly sourceId: string;
  /** Of a stream that goes out. */
  readonly subscriptionId?: string;
  readonly kind: "audio" | "video";
  /** As negotiated ("audio/opus"); left out before the first packet. */
  readonly mimeType?: string;
  /** Bits per second of RTP, without what encryption and the layers below add. */
  readonly bitRate: number;
  /** What was lost on the way to or from the leg and not made good in time, 0-100. */
  readonly packetLossPercentage: number;
  readonly jitterMs: number;
  /** Pixels, where the codec says them cheaply (VP8); of the best layer. */
  readonly width?: number;
  readonly height?: number;
  /** Frames per second, of video. */
  readonly frameRate?: number;
}

/** Where a leg's packets go. The buffer may be reused as soon as the call returns. */
export interface LegOutput {
  sendRtp(packet: Buffer): void;
  sendRtcp(packet: Buffer): void;
}

export interface Speaker {
  readonly legId: string;
  /** 0 (silent) to 1. */
  readonly level: number;
  readonly active: boolean;
}

/** A packet of a source, parsed once and then shared by the cache and all subscriptions. */
export interface MediaPacket {
  /** Unwrapped sequence number. */
  readonly seq: number;
  readonly buffer: Buffer;
  readonly header: RtpHeader;
  readonly codec: Codec;
  /** A decoder can begin with this packet. */
  readonly keyframe: boolean;
  readonly vp8: Vp8Descriptor | undefined;
  /** Padding without payload. */
  readonly empty: boolean;
  /** The audio level element as sent (RFC 6464). */
  readonly audioLevel: number | undefined;
  /** The playout delay element as sent, 24 bits. */
  readonly playoutDelay: number | undefined;
}

/** The SSRC in our own feedback. We send no media under it. */
export const FEEDBACK_SSRC = 1;
