import type { Codec } from "./types.ts";

/** The receiver's codec under which this one of the publisher can go out unchanged, or undefined if it takes none. */
export function matchCodec(sent: Codec, accepted: readonly Codec[]): Codec | undefined {
  return accepted.find((codec) => sameMime(codec, sent) && (!isH264(sent) || h264Fits(sent, codec)));
}

function sameMime(a: Codec, b: Codec): boolean {
  return a.mimeType.toLowerCase() === b.mimeType.toLowerCase();
}

function isH264(codec: Codec): boolean {
  return codec.mimeType.toLowerCase() === "video/h264";
}

/** The level may differ (RFC 6184 8.2.2, level-asymmetry-allowed); profile and what a packet may hold may not. */
function h264Fits(sent: Codec, accepted: Codec): boolean {
  return h264Profile(sent.fmtp) === h264Profile(accepted.fmtp) && packetization(accepted) >= packetization(sent);
}

/** Mode 1 takes all packets of mode 0 (RFC 6184 6.3). */
function packetization(codec: Codec): number {
  return Number(parameter(codec.fmtp, "packetization-mode") ?? 0);
}

/** RFC 6184 8.1, table 5: constrained baseline is written in three ways. */
export function h264Profile(fmtp: string | undefined): string {
  const id = Number.parseInt(parameter(fmtp, "profile-level-id") ?? "42000a", 16);
  const [profile, constraints] = [(id >> 16) & 0xff, (id >> 8) & 0xff];
  const row = H264_PROFILES.find(([idc, mask, bits]) => idc === profile && (constraints & mask) === bits);
  return row?.[3] ?? `${profile}/${constraints}`;
}

/** profile_idc, which constraint bits count, what they are, name; the first row that fits. */
const H264_PROFILES: readonly (readonly [idc: number, mask: number, bits: number, name: string])[] = [
  [0x42, 0x40, 0x40, "constrained-baseline"],
  [0x4d, 0x80, 0x80, "constrained-baseline"],
  [0x58, 0xc0, 0xc0, "constrained-baseline"],
  [0x42, 0x40, 0x00, "baseline"],
  [0x58, 0xc0, 0x80, "baseline"],
  [0x4d, 0x80, 0x00, "main"],
  [0x58, 0x80, 0x00, "extended"],
  [0x64, 0x0c, 0x0c, "constrained-high"],
  [0x64, 0x00, 0x00, "high"],
];

function parameter(fmtp: string | undefined, name: string): string | undefined {
  for (const part of (fmtp ?? "").split(";")) {
    const [key, value] = part.split("=");
    if (key?.trim().toLowerCase() === name) return value?.trim();
  }
  return undefined;
}
