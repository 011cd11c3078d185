import type { EventEmitter } from "node:events";
import { constants } from "node:http2";

/** GOAWAY code with which a Web Bridge turns an unknown certificate away: the dialler can't tell from TLS 1.3 alone. */
export const UNTRUSTED = constants.NGHTTP2_INADEQUATE_SECURITY;

/** Concurrent streams of a link: two requests for each of some ten thousand participants. */
const MAX_STREAMS = 20_000;
const STREAM_WINDOW = 262_144;

/** HTTP/2 options of both ends. Each end knows the other, so the limits guard against accidents and not against abuse. */
export const SESSION_OPTIONS = {
  settings: { enablePush: false, initialWindowSize: STREAM_WINDOW, maxConcurrentStreams: MAX_STREAMS },
  peerMaxConcurrentStreams: MAX_STREAMS,
  /** Megabytes. */
  maxSessionMemory: 256,
  /** Many guests may vanish at once, and each is a reset stream. */
  streamResetBurst: MAX_STREAMS,
  streamResetRate: 1000,
} as const;

/** Keeps errors that come after the owner has closed, and say nothing new, from ending the process. */
export function hushLateErrors(...emitters: readonly EventEmitter[]): void {
  for (const emitter of emitters) emitter.on("error", () => {});
}
