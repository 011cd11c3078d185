import { parse } from "sdp-transform";
import type {
  Codec,
  ExtensionIds,
  Fingerprint,
  LocalTransport,
  SourceOptions,
  SubscriptionOptions,
} from "./control.ts";

/** The least signalling with which a browser can speak to a media worker; for tests only. */

export interface Receiving {
  readonly sourceId: string;
  readonly kind: "audio" | "video";
  readonly ssrc: number;
}

export interface Negotiated {
  readonly answer: string;
  readonly fingerprint: Fingerprint;
  readonly sources: readonly OfferedSource[];
  readonly subscriptions: readonly OfferedSubscription[];
}

const EXTENSIONS: Readonly<Record<string, keyof ExtensionIds>> = {
  "urn:ietf:params:rtp-hdrext:ssrc-audio-level": "audioLevel",
  "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01": "transportCc",
  "urn:ietf:params:rtp-hdrext:sdes:mid": "mid",
  "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id": "rid",
  "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id": "repairedRid",
};

type Section = ReturnType<typeof parse>["media"][number];
type OfferedSource = Omit<SourceOptions, "legId" | "sourceId">;
type OfferedSubscription = Omit<SubscriptionOptions, "legId" | "subscriptionId">;

/**
 * Answers an offer whose sending m-lines are sources; its receiving ones take `receiving` in order. Candidates are told with
 * `port` if given, for a test that stands in between.
 */
export function negotiate(
  offer: string,
  local: LocalTransport,
  receiving: readonly Receiving[],
  options: { readonly port?: number; readonly video?: string } = {},
): Negotiated {
  const parsed = parse(offer);
  const waiting = [...receiving];
  const sources: OfferedSource[] = [];
  const subscriptions: OfferedSubscription[] = [];
  const lines = sessionLines(parsed.media);
  for (const section of parsed.media) {
    const transport = transportLines(section, local, options.port);
    if (section.type === "application") {
      lines.push("m=application 9 UDP/DTLS/SCTP webrtc-datachannel", ...transport, "a=sctp-port:5000");
      continue;
    }
    const codec = codecOf(section, section.type === "audio" ? "opus" : (options.video ?? "VP8"));
    const sending = section.direction === "sendonly";
    lines.push(...mediaLines(section, codec, sending ? "recvonly" : "sendonly"), ...transport);
    if (sending) sources.push(sourceOf(section, codec, lines));
    else {
      const at = waiting.findIndex((r) => r.kind === section.type);
      if (at < 0) throw new Error(`nothing to send on m-line ${section.mid}`);
      subscriptions.push(subscriptionOf(section, codec, waiting.splice(at, 1)[0]!, lines));
    }
  }
  const fingerprint = parsed.fingerprint ?? parsed.media[0]!.fingerprint!;
  return {
    answer: `${lines.join("\r\n")}\r\n`,
    fingerprint: { algorithm: fingerprint.type, value: fingerprint.hash },
    sources,
    subscriptions,
  };
}

function sourceOf(section: Section, codec: Codec, lines: string[]): OfferedSource {
  const rids = (section.rids ?? []).map((rid) => String(rid.id));
  if (rids.length > 0) lines.push(...rids.map((rid) => `a=rid:${rid} recv`), `a=simulcast:recv ${rids.join(";")}`);
  const kind = section.type === "audio" ? "audio" : "video";
  return { mid: String(section.mid), kind, codecs: [codec], extensions: extensionsOf(section), rids, ssrcs: [] };
}

function subscriptionOf(section: Section, codec: Codec, taken: Receiving, lines: string[]): OfferedSubscription {
  const { sourceId, ssrc } = taken;
  const rtxSsrc = ssrc + 1;
  lines.push(`a=msid:${sourceId} ${sourceId}`, `a=ssrc:${ssrc} cname:sfu`);
  if (codec.rtxPayloadType !== undefined)
    lines.push(`a=ssrc:${rtxSsrc} cname:sfu`, `a=ssrc-group:FID ${ssrc} ${rtxSsrc}`);
  return { sourceId, mid: String(section.mid), ssrc, rtxSsrc, codecs: [codec], extensions: extensionsOf(section) };
}

function sessionLines(media: readonly Section[]): string[] {
  const bundle = `a=group:BUNDLE ${media.map((section) => section.mid).join(" ")}`;
  return ["v=0", "o=- 1 2 IN IP4 0.0.0.0", "s=-", "t=0 0", "a=ice-lite", bundle, "a=msid-semantic: WMS *"];
}

function transportLines(section: Section, local: LocalTransport, port: number | undefined): string[] {
  return [
    ...["c=IN IP4 0.0.0.0", `a=mid:${section.mid}`, `a=ice-ufrag:${local.iceUfrag}`, `a=ice-pwd:${local.icePwd}`],
    ...[`a=fingerprint:${local.fingerprint.algorithm} ${local.fingerprint.value}`, "a=setup:passive"],
    ...local.candidates.map(
      (c) => `a=candidate:${c.foundation} 1 udp ${c.priority} ${c.address} ${port ?? c.port} typ ${c.type}`,
    ),
  ];
}

function mediaLines(section: Section, codec: Codec, direction: string): string[] {
  const [pt, rtx] = [codec.payloadType, codec.rtxPayloadType];
  const name = codec.mimeType === "audio/opus" ? "opus/48000/2" : `${codec.mimeType.slice(6)}/90000`;
  const video = section.type === "video" ? ["nack", "nack pli", "ccm fir"] : [];
  const extensions = (section.ext ?? []).filter((ext) => EXTENSIONS[ext.uri]);
  return [
    `m=${section.type} 9 UDP/TLS/RTP/SAVPF ${pt}${rtx === undefined ? "" : ` ${rtx}`}`,
    ...["a=rtcp-mux", "a=rtcp-rsize", `a=${direction}`, `a=rtpmap:${pt} ${name}`],
    ...["transport-cc", ...video].map((feedback) => `a=rtcp-fb:${pt} ${feedback}`),
    ...(codec.fmtp ? [`a=fmtp:${pt} ${codec.fmtp}`] : []),
    ...(rtx === undefined ? [] : [`a=rtpmap:${rtx} rtx/90000`, `a=fmtp:${rtx} apt=${pt}`]),
    ...extensions.map((ext) => `a=extmap:${ext.value} ${ext.uri}`),
  ];
}

function codecOf(section: Section, name: string): Codec {
  const found = section.rtp.find((rtp) => rtp.codec.toLowerCase() === name.toLowerCase());
  if (!found) throw new Error(`the offer has no ${name}`);
  const rtx = section.fmtp.find((fmtp) => fmtp.config === `apt=${found.payload}`)?.payload;
  const fmtp = section.fmtp.find((f) => f.payload === found.payload)?.config;
  const mimeType = name === "opus" ? "audio/opus" : name === "VP8" ? "video/VP8" : "video/H264";
  return {
    mimeType,
    payloadType: found.payload,
    ...(rtx === undefined ? {} : { rtxPayloadType: rtx }),
    ...(fmtp ? { fmtp } : {}),
  };
}

function extensionsOf(section: Section): ExtensionIds {
  const pairs = (section.ext ?? []).flatMap((ext) => (EXTENSIONS[ext.uri] ? [[EXTENSIONS[ext.uri], ext.value]] : []));
  return Object.fromEntries(pairs) as ExtensionIds;
}
