/** Ids of RTP header extensions as one m-line negotiated them. */
export interface ExtensionIds {
  readonly audioLevel?: number;
  readonly transportCc?: number;
  readonly mid?: number;
  readonly rid?: number;
  readonly repairedRid?: number;
  readonly absSendTime?: number;
  readonly playoutDelay?: number;
}

interface ExtensionRow {
  readonly name: keyof ExtensionIds;
  readonly uri: string;
  readonly kinds: readonly ("audio" | "video")[];
}

/** RFC 6464, draft-holmer-rmcat-transport-wide-cc, RFC 9143, RFC 8852, and WebRTC's own experiments. */
const EXTENSIONS: readonly ExtensionRow[] = [
  { name: "audioLevel", uri: "urn:ietf:params:rtp-hdrext:ssrc-audio-level", kinds: ["audio"] },
  {
    name: "transportCc",
    uri: "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
    kinds: ["audio", "video"],
  },
  { name: "mid", uri: "urn:ietf:params:rtp-hdrext:sdes:mid", kinds: ["audio", "video"] },
  { name: "rid", uri: "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id", kinds: ["video"] },
  { name: "repairedRid", uri: "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id", kinds: ["video"] },
  { name: "absSendTime", uri: "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time", kinds: ["audio", "video"] },
  { name: "playoutDelay", uri: "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay", kinds: ["video"] },
];

/** One-byte header extensions carry ids 1-14 (RFC 8285 4.2); the answer never allows the two-byte form. */
export function negotiateExtensions(
  offered: readonly { readonly id: number; readonly uri: string }[],
  kind: "audio" | "video",
): ExtensionIds {
  const found = EXTENSIONS.filter(({ kinds }) => kinds.includes(kind)).flatMap(({ name, uri }) => {
    const match = offered.find((extension) => extension.uri === uri && extension.id <= 14);
    return match ? [[name, match.id] as const] : [];
  });
  return Object.fromEntries(found);
}

export function extmapLines(ids: ExtensionIds): string[] {
  return EXTENSIONS.flatMap(({ name, uri }) => (ids[name] === undefined ? [] : [`a=extmap:${ids[name]} ${uri}`]));
}
