import { readFileSync } from "node:fs";
import type { AnswerTransport } from "./sdp/answer.ts";
import type { ParticipantView, TrackView } from "./views.ts";

/** Offers of Chromium 156 with livekit-client 2.23.0, in the order in which it sends them. */
export type CapturedOffer = "join" | "camera-in-three-layers" | "camera-and-microphone" | "microphone-stopped";

export function captured(name: CapturedOffer | "join_request"): string {
  const file = `chromium-156-livekit-client-2.23.0-${name}.${name === "join_request" ? "txt" : "sdp"}`;
  const text = readFileSync(new URL(`./testdata/${file}`, import.meta.url), "utf8");
  return text;
}

/** Ids of the tracks that the captured offers send. */
export const CAPTURED_CIDS = {
  camera: "a1fe0c59-aef1-40c6-b8a5-44ba6f36d453",
  microphone: "d2c2ffbd-ab8e-48e8-9007-f16929fcacfc",
};

export const TRANSPORT: AnswerTransport = {
  iceUfrag: "serv",
  icePwd: "serverserverserverserver",
  fingerprint: { algorithm: "sha-256", value: Array(32).fill("AB").join(":") },
  candidates: [
    { type: "host", address: "192.0.2.20", port: 5000, priority: 2130706431, foundation: "1" },
    { type: "relay", address: "203.0.113.10", port: 24001, priority: 16777215, foundation: "2" },
  ],
};

export function trackView(sid: string, change: Partial<TrackView> = {}): TrackView {
  return {
    sid,
    kind: "video",
    source: "camera",
    name: "",
    muted: false,
    width: 1280,
    height: 720,
    layers: [
      { quality: 0, rid: "q", width: 320, height: 180, bitrate: 160_000 },
      { quality: 1, rid: "h", width: 640, height: 360, bitrate: 450_000 },
      { quality: 2, rid: "f", width: 1280, height: 720, bitrate: 1_700_000 },
    ],
    mimeType: "video/VP8",
    stream: "camera",
    stereo: false,
    disableDtx: false,
    ...change,
  };
}

export function participantView(sid: string, change: Partial<ParticipantView> = {}): ParticipantView {
  return {
    sid,
    identity: `guest-${sid}`,
    name: sid,
    metadata: "",
    attributes: {},
    joinedAt: 1_700_000_000_000,
    version: 1,
    state: "joined",
    tracks: [],
    ...change,
  };
}
