import type { TransportErrorCode } from "./errors.ts";

/** Seconds that each step may take. */
export const LIMITS = { ice: 15, dtls: 10, pathLost: 5, pathClosed: 30 } as const;

/** Where a transport stands, with the monotonic microseconds since when. */
export type Phase =
  | { readonly phase: "waiting"; readonly remoteSetAtUs: number | undefined }
  | { readonly phase: "handshake"; readonly sinceUs: number }
  | { readonly phase: "connected"; readonly heardAtUs: number }
  | { readonly phase: "closed" };

export type Overdue =
  | { readonly is: "nothing" }
  | { readonly is: "pathLost" }
  | { readonly is: "closed"; readonly code: TransportErrorCode; readonly seconds: number };

const NOTHING: Overdue = { is: "nothing" };

/** What has taken too long. */
export function overdue(phase: Phase, nowUs: number): Overdue {
  const since = (startUs: number) => (nowUs - startUs) / 1e6;
  switch (phase.phase) {
    case "waiting":
      return phase.remoteSetAtUs !== undefined && since(phase.remoteSetAtUs) >= LIMITS.ice
        ? { is: "closed", code: "MEDIA_ICE_TIMEOUT", seconds: LIMITS.ice }
        : NOTHING;
    case "handshake":
      return since(phase.sinceUs) >= LIMITS.dtls
        ? { is: "closed", code: "MEDIA_DTLS_TIMEOUT", seconds: LIMITS.dtls }
        : NOTHING;
    case "connected":
      if (since(phase.heardAtUs) >= LIMITS.pathClosed)
        return { is: "closed", code: "MEDIA_PATH_TIMEOUT", seconds: LIMITS.pathClosed };
      return since(phase.heardAtUs) >= LIMITS.pathLost ? { is: "pathLost" } : NOTHING;
    case "closed":
      return NOTHING;
  }
}
