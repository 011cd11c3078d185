import { type MediaDescription, parse, type SessionDescription } from "sdp-transform";
import { textOf } from "#base";
import { fail } from "../errors.ts";
import { type OfferedCodec, offeredCodecs } from "./codecs.ts";

export const MAX_SDP = 256 * 1024;
export const MAX_SECTIONS = 64;
const MAX_LINE = 4096;
const MAX_RIDS = 4;
const MAX_SSRCS = 8;

export type Direction = "sendrecv" | "sendonly" | "recvonly" | "inactive";

/** One m-line of an offer, as far as it matters here; `mid` is safe to be written into an answer. */
export interface OfferedSection {
  readonly mid: string;
  readonly kind: "audio" | "video" | "application" | "other";
  /** As in the m-line: written back. */
  readonly media: string;
  readonly protocol: string;
  readonly format: string;
  /** Of the offerer. */
  readonly direction: Direction;
  /** Stopped by the offerer (port 0). */
  readonly rejected: boolean;
  readonly codecs: readonly OfferedCodec[];
  readonly extensions: readonly { readonly id: number; readonly uri: string }[];
  /** Simulcast layers that it sends, in the offer's order. */
  readonly rids: readonly string[];
  readonly ssrcs: readonly { readonly media: number; readonly rtx?: number }[];
  /** Id of the MediaStreamTrack that it sends (a=msid): LiveKit's `cid`. */
  readonly trackId: string | undefined;
  readonly sctpPort: number | undefined;
}

export interface OfferDescription {
  readonly iceUfrag: string;
  readonly fingerprint: { readonly algorithm: string; readonly value: string };
  readonly sections: readonly OfferedSection[];
  /** Addresses of the candidates that it holds; may be names (mDNS). */
  readonly candidateAddresses: readonly string[];
}

/** Reads an offer of a peer that is not trusted. Throws only SIGNALLING_BAD_OFFER. */
export function parseOffer(sdp: string): OfferDescription {
  if (sdp.length > MAX_SDP) refuse(`longer than ${MAX_SDP} bytes`);
  if (sdp.split(/\r?\n/).some((line) => line.length > MAX_LINE)) refuse(`a line is longer than ${MAX_LINE} bytes`);
  try {
    return describe(parse(sdp));
  } catch (error) {
    throw (error as { code?: unknown })?.code === "SIGNALLING_BAD_OFFER"
      ? error
      : fail("SIGNALLING_BAD_OFFER", { why: textOf(error).slice(0, 120) }, error);
  }
}

function describe(session: SessionDescription): OfferDescription {
  if (session.media.length === 0) refuse("it has no m-line");
  if (session.media.length > MAX_SECTIONS) refuse(`it has more than ${MAX_SECTIONS} m-lines`);
  const sections = session.media.map((media) => section(media, session));
  if (new Set(sections.map(({ mid }) => mid)).size !== sections.length) refuse("two m-lines have the same mid");
  const carrier = session.media.find((_, index) => !sections[index]!.rejected) ?? session.media[0]!;
  return {
    iceUfrag: iceUfrag(String(carrier.iceUfrag ?? session.iceUfrag ?? "")),
    fingerprint: fingerprint(carrier.fingerprint ?? session.fingerprint),
    sections,
    candidateAddresses: session.media.flatMap((media) => (media.candidates ?? []).map(({ ip }) => String(ip))),
  };
}

function section(media: MediaDescription, session: SessionDescription): OfferedSection {
  const bundleOnly = (media as { bundleOnly?: unknown }).bundleOnly !== undefined;
  return {
    mid: token(String(media.mid ?? ""), "mid"),
    kind: media.type === "audio" || media.type === "video" || media.type === "application" ? media.type : "other",
    media: token(String(media.type), "media type"),
    protocol: matching(String(media.protocol), /^[A-Za-z0-9/]{1,32}$/, "protocol"),
    format: matching(String(media.payloads ?? "").split(" ")[0] ?? "", /^[A-Za-z0-9-]{1,32}$/, "format"),
    direction: media.direction ?? session.direction ?? "sendrecv",
    rejected: media.port === 0 && !bundleOnly,
    codecs: offeredCodecs(media),
    extensions: (media.ext ?? []).flatMap(({ value, uri }) =>
      Number.isInteger(value) && value >= 1 && value <= 255 && typeof uri === "string" ? [{ id: value, uri }] : [],
    ),
    rids: rids(media),
    ssrcs: ssrcs(media),
    trackId: trackId(media),
    sctpPort: media.sctpPort,
  };
}

/** Rids that the offer sends (RFC 8851), only if it does simulcast (RFC 8853). */
function rids(media: MediaDescription): string[] {
  const simulcast = media.simulcast?.dir1 === "send" || media.simulcast?.dir2 === "send";
  if (!simulcast) return [];
  return (media.rids ?? [])
    .filter(({ direction }) => direction === "send")
    .map(({ id }) => matching(String(id), /^[A-Za-z0-9_-]{1,16}$/, "rid"))
    .slice(0, MAX_RIDS);
}

/** Sources in the order of their lines, each with its retransmission from the FID group (RFC 4588 8.8). */
function ssrcs(media: MediaDescription): { media: number; rtx?: number }[] {
  const pairs = (media.ssrcGroups ?? [])
    .filter(({ semantics }) => semantics === "FID")
    .map(({ ssrcs: text }) => String(text).split(" ").map(Number))
    .filter((pair): pair is [number, number] => pair.length === 2 && pair.every(isSsrc));
  const rtxOf = new Map(pairs);
  const repairs = new Set(rtxOf.values());
  const all = [...new Set((media.ssrcs ?? []).map(({ id }) => Number(id)))].filter(isSsrc);
  return all
    .filter((ssrc) => !repairs.has(ssrc))
    .slice(0, MAX_SSRCS)
    .map((ssrc) => (rtxOf.has(ssrc) ? { media: ssrc, rtx: rtxOf.get(ssrc)! } : { media: ssrc }));
}

function isSsrc(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 0xffffffff;
}

/** "a=msid:<stream> <track>"; of several streams the first. */
function trackId(media: MediaDescription): string | undefined {
  const msid = media.msid as unknown;
  if (typeof msid === "string") return msid.split(" ")[1];
  if (!Array.isArray(msid)) return undefined;
  const appdata = (msid[0] as { appdata?: unknown } | undefined)?.appdata;
  return appdata === undefined ? undefined : String(appdata);
}

/** RFC 8839 5.4: 4-256 ice-chars. */
function iceUfrag(text: string): string {
  return matching(text, /^[A-Za-z0-9+/]{4,256}$/, "ice-ufrag");
}

/** Hash functions that RFC 8122 names and that are not broken. */
function fingerprint(line: { type: string; hash: string } | undefined) {
  const algorithm = matching(String(line?.type ?? "").toLowerCase(), /^sha-(256|384|512)$/, "fingerprint's hash");
  return {
    algorithm,
    value: matching(String(line?.hash).toUpperCase(), /^([0-9A-F]{2}:){31,63}[0-9A-F]{2}$/, "fingerprint"),
  };
}

/** RFC 8866 `token`. */
function token(text: string, what: string): string {
  return matching(text, /^[!#$%&'*+\-.0-9A-Z^_`a-z{|}~]{1,32}$/, what);
}

function matching(text: string, pattern: RegExp, what: string): string {
  if (!pattern.test(text)) refuse(`its ${what} is missing or malformed`);
  return text;
}

function refuse(why: string): never {
  throw fail("SIGNALLING_BAD_OFFER", { why });
}
