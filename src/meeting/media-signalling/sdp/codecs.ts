import type { MediaDescription } from "sdp-transform";

const MAX_CODECS = 64;

export interface OfferedCodec {
  readonly payloadType: number;
  /** Lower case: "opus", "vp8", "rtx". */
  readonly name: string;
  readonly fmtp: string;
  readonly feedback: readonly string[];
}

export type MimeType = "audio/opus" | "video/VP8" | "video/H264";

/** A codec as the answer takes it. */
export interface NegotiatedCodec {
  readonly mimeType: MimeType;
  readonly payloadType: number;
  readonly rtxPayloadType?: number;
  /** The offer's fmtp line. */
  readonly fmtp?: string;
  /** rtcp-fb lines that both sides know. */
  readonly feedback: readonly string[];
}

/** What the media workers forward, the best first; everything else that is offered is left out of the answer. */
const SUPPORTED: readonly { readonly mimeType: MimeType; readonly name: string; readonly rtpmap: string }[] = [
  { mimeType: "audio/opus", name: "opus", rtpmap: "opus/48000/2" },
  { mimeType: "video/VP8", name: "vp8", rtpmap: "VP8/90000" },
  { mimeType: "video/H264", name: "h264", rtpmap: "H264/90000" },
];

/** Feedback that the media workers send or act on (RFC 4585, RFC 5104, draft-holmer-rmcat-transport-wide-cc). */
const FEEDBACK = {
  audio: ["transport-cc"],
  video: ["transport-cc", "nack", "nack pli", "ccm fir"],
};

export function rtpmapOf(mimeType: MimeType): string {
  return SUPPORTED.find((row) => row.mimeType === mimeType)!.rtpmap;
}

export function offeredCodecs(media: MediaDescription): OfferedCodec[] {
  const isPayloadType = (value: unknown): value is number =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) < 128;
  return media.rtp
    .filter(({ payload }) => isPayloadType(payload))
    .slice(0, MAX_CODECS)
    .map(({ payload, codec }) => ({
      payloadType: payload,
      name: String(codec).toLowerCase(),
      fmtp: media.fmtp.find((line) => line.payload === payload)?.config ?? "",
      feedback: (media.rtcpFb ?? [])
        .filter((line) => String(line.payload) === String(payload) || String(line.payload) === "*")
        .map(({ type, subtype }) => (subtype ? `${type} ${subtype}` : type)),
    }));
}

/** For a track that the client sends: one codec, so that the layers of a source are alike. */
export function codecsToReceive(
  codecs: readonly OfferedCodec[],
  kind: "audio" | "video",
  preferred?: string,
): NegotiatedCodec[] {
  const known = codecsToSend(codecs, kind);
  const wanted = known.find(({ mimeType }) => mimeType.toLowerCase() === preferred?.toLowerCase());
  const best = wanted?.mimeType === "video/H264" ? bestH264(known) : (wanted ?? known[0] ?? bestH264(known));
  return best ? [best] : [];
}

/** For a track that the client receives: all that it offers and the workers know, so that any publisher's codec fits. */
export function codecsToSend(codecs: readonly OfferedCodec[], kind: "audio" | "video"): NegotiatedCodec[] {
  return SUPPORTED.filter(({ mimeType }) => mimeType.startsWith(kind)).flatMap(({ mimeType, name }) =>
    codecs
      .filter((codec) => codec.name === name && safeFmtp(codec.fmtp))
      .map((codec) => negotiated(codec, mimeType, kind, codecs)),
  );
}

function negotiated(
  codec: OfferedCodec,
  mimeType: MimeType,
  kind: "audio" | "video",
  all: readonly OfferedCodec[],
): NegotiatedCodec {
  const rtx = all.find(({ name, fmtp }) => name === "rtx" && new RegExp(`^apt=${codec.payloadType}(;|$)`).test(fmtp));
  return {
    mimeType,
    payloadType: codec.payloadType,
    ...(rtx && kind === "video" ? { rtxPayloadType: rtx.payloadType } : {}),
    ...(codec.fmtp ? { fmtp: codec.fmtp } : {}),
    feedback: FEEDBACK[kind].filter((name) => codec.feedback.includes(name)),
  };
}

/** Constrained baseline with packetization-mode 1 is what every browser decodes (RFC 7742 6.2). */
function bestH264(codecs: readonly NegotiatedCodec[]): NegotiatedCodec | undefined {
  const h264 = codecs.filter(({ mimeType }) => mimeType === "video/H264");
  const score = ({ fmtp = "" }: NegotiatedCodec) =>
    (/packetization-mode=1/.test(fmtp) ? 2 : 0) + (/profile-level-id=42e0/i.test(fmtp) ? 1 : 0);
  return h264.sort((a, b) => score(b) - score(a))[0];
}

/** The fmtp line is written back into the answer. */
function safeFmtp(fmtp: string): boolean {
  return fmtp.length <= 512 && /^[\x20-\x7e]*$/.test(fmtp);
}
