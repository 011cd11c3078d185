import { type NegotiatedCodec, rtpmapOf } from "./codecs.ts";
import { type ExtensionIds, extmapLines } from "./extensions.ts";
import type { OfferedSection } from "./offer.ts";

/** The server's end of the transport that all m-lines share. */
export interface AnswerTransport {
  readonly iceUfrag: string;
  readonly icePwd: string;
  readonly fingerprint: { readonly algorithm: string; readonly value: string };
  readonly candidates: readonly {
    readonly type: "host" | "relay";
    readonly address: string;
    readonly port: number;
    readonly priority: number;
    readonly foundation: string;
  }[];
}

/** What the answer says to one m-line of the offer. */
export type AnsweredSection =
  | { readonly use: "rejected" }
  | { readonly use: "data" }
  /** Nobody sends now. */
  | { readonly use: "idle"; readonly codecs: readonly NegotiatedCodec[]; readonly extensions: ExtensionIds }
  /** The client sends. */
  | {
      readonly use: "source";
      readonly codecs: readonly NegotiatedCodec[];
      readonly extensions: ExtensionIds;
      readonly rids: readonly string[];
      /** What the sender is to do ("usedtx=1"), in place of what it offered to take; empty for the offer's own. */
      readonly parameters: readonly string[];
    }
  /** The client receives. */
  | {
      readonly use: "subscription";
      readonly codecs: readonly NegotiatedCodec[];
      readonly extensions: ExtensionIds;
      readonly streamId: string;
      readonly trackId: string;
      readonly ssrc: number;
      readonly rtxSsrc: number;
    };

/** Largest data channel message that is taken (RFC 8841 6.1). */
export const MAX_MESSAGE_SIZE = 65536;

/**
 * Writes the answer of an ICE-lite, DTLS-passive peer that bundles everything. `sessionVersion` rises with each answer
 * (RFC 8866 5.2).
 */
export function writeAnswer(
  sections: readonly { readonly offered: OfferedSection; readonly answered: AnsweredSection }[],
  transport: AnswerTransport,
  sessionVersion: number,
): string {
  const bundled = sections.filter(({ answered }) => answered.use !== "rejected");
  const lines = [
    "v=0",
    `o=turnpike 1 ${sessionVersion} IN IP4 127.0.0.1`,
    "s=-",
    "t=0 0",
    "a=ice-lite",
    `a=group:BUNDLE ${bundled.map(({ offered }) => offered.mid).join(" ")}`,
    "a=msid-semantic: WMS *",
    ...sections.flatMap(({ offered, answered }) =>
      // Candidates of the first bundled m-line count for all (RFC 9143 7.1.3).
      sectionLines(offered, answered, transport, offered === bundled[0]?.offered),
    ),
  ];
  return `${lines.join("\r\n")}\r\n`;
}

function sectionLines(
  offered: OfferedSection,
  answered: AnsweredSection,
  transport: AnswerTransport,
  tagged: boolean,
): string[] {
  const { use } = answered;
  if (use === "rejected")
    return [`m=${offered.media} 0 ${offered.protocol} ${offered.format}`, "c=IN IP4 0.0.0.0", `a=mid:${offered.mid}`];
  const shared = ["c=IN IP4 0.0.0.0", `a=mid:${offered.mid}`, ...transportLines(transport, tagged)];
  if (use === "data")
    return [
      `m=application 9 ${offered.protocol} webrtc-datachannel`,
      ...shared,
      "a=sctp-port:5000",
      `a=max-message-size:${MAX_MESSAGE_SIZE}`,
    ];
  const payloadTypes = answered.codecs.flatMap(({ payloadType, rtxPayloadType }) =>
    rtxPayloadType === undefined ? [payloadType] : [payloadType, rtxPayloadType],
  );
  return [
    `m=${offered.media} 9 ${offered.protocol} ${payloadTypes.join(" ")}`,
    ...shared,
    `a=${use === "source" ? "recvonly" : use === "subscription" ? "sendonly" : "inactive"}`,
    "a=rtcp-mux",
    "a=rtcp-rsize",
    ...answered.codecs.flatMap((codec) => codecLines(codec, use === "source" ? answered.parameters : [])),
    ...extmapLines(answered.extensions),
    ...(use === "source" ? simulcastLines(answered.rids) : []),
    ...(use === "subscription" ? senderLines(answered) : []),
  ];
}

function transportLines(transport: AnswerTransport, withCandidates: boolean): string[] {
  const lines = [
    `a=ice-ufrag:${transport.iceUfrag}`,
    `a=ice-pwd:${transport.icePwd}`,
    `a=fingerprint:${transport.fingerprint.algorithm} ${transport.fingerprint.value}`,
    "a=setup:passive",
  ];
  if (!withCandidates) return lines;
  return [...lines, ...transport.candidates.map((candidate) => `a=${candidateLine(candidate)}`)];
}

/** RFC 8839 5.1. The base of a relayed address is nobody's business. */
export function candidateLine({
  type,
  address,
  port,
  priority,
  foundation,
}: AnswerTransport["candidates"][number]): string {
  const related = type === "relay" ? " raddr 0.0.0.0 rport 0" : "";
  return `candidate:${foundation} 1 udp ${priority} ${address} ${port} typ ${type}${related}`;
}

function codecLines(codec: NegotiatedCodec, parameters: readonly string[]): string[] {
  const { payloadType, rtxPayloadType, mimeType, fmtp, feedback } = codec;
  const format = parameters.length > 0 ? parameters.join(";") : fmtp;
  return [
    `a=rtpmap:${payloadType} ${rtpmapOf(mimeType)}`,
    ...feedback.map((name) => `a=rtcp-fb:${payloadType} ${name}`),
    ...(format ? [`a=fmtp:${payloadType} ${format}`] : []),
    ...(rtxPayloadType === undefined
      ? []
      : [`a=rtpmap:${rtxPayloadType} rtx/90000`, `a=fmtp:${rtxPayloadType} apt=${payloadType}`]),
  ];
}

function simulcastLines(rids: readonly string[]): string[] {
  return rids.length === 0 ? [] : [...rids.map((rid) => `a=rid:${rid} recv`), `a=simulcast:recv ${rids.join(";")}`];
}

function senderLines(section: AnsweredSection & { use: "subscription" }): string[] {
  const { streamId, trackId, ssrc, rtxSsrc, codecs } = section;
  const retransmits = codecs.some(({ rtxPayloadType }) => rtxPayloadType !== undefined);
  const sources = retransmits ? [ssrc, rtxSsrc] : [ssrc];
  return [
    `a=msid:${streamId} ${trackId}`,
    ...(retransmits ? [`a=ssrc-group:FID ${ssrc} ${rtxSsrc}`] : []),
    ...sources.map((source) => `a=ssrc:${source} cname:${streamId}`),
  ];
}
