import type { Failure } from "./failure.ts";

/** For so long a join is tried again by itself, and a meeting waits for its media, in ms. */
export const PATIENCE = 30_000;

/** Failures of a way that may be open again in a moment, with nothing to do for the person. */
const PASSING: readonly string[] = [
  "APP_OFFLINE",
  "APP_SERVICE_SILENT",
  "EDGE_TUNNEL_DOWN",
  "CORE_WEB_BRIDGE_UNREACHABLE",
  "BRIDGE_LINK_DOWN",
  "MEDIA_NO_RELAY",
  "MEDIA_NO_WORKER",
];

export function mayPass({ code }: Failure): boolean {
  return PASSING.includes(code);
}

/** Milliseconds until the next try, after `tries` in vain. `random` is 0 up to 1: not all come back at once. */
export function pauseBefore(tries: number, random: number): number {
  return Math.min(1000 * 2 ** tries, 2000) * (0.75 + random / 2);
}

/** livekit-client goes on for so long, in ms: the server keeps a call that all have lost for three quarters of a minute. */
const RECONNECTS_FOR = 60_000;

/** The same for a meeting that one is in. Null: no more tries. */
export function reconnectDelay(elapsedMs: number, tries: number, random: number): number | null {
  if (elapsedMs > RECONNECTS_FOR) return null;
  return tries === 0 ? 500 * random : pauseBefore(tries - 1, random);
}
