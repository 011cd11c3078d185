import type { StepId } from "./steps.ts";

/** What is known when a join fails, as plain data. */
export type JoinFacts =
  | { readonly step: "finding"; readonly what: "offline" | "unanswered" | "garbled" }
  | {
      readonly step: "finding";
      readonly what: "answer";
      readonly status: number;
      /** From the body or from X-Turnpike-Error. */
      readonly code?: string;
      /** The server's sentence for the guest. */
      readonly message?: string;
      /** Seconds. */
      readonly retryAfter?: number;
    }
  | {
      readonly step: "server";
      readonly what: "refused" | "unreachable" | "unanswered" | "closed" | "unsupported" | "app";
      /** What a plain request to the same server was told just after. */
      readonly code?: string;
    }
  | ({ readonly step: "path" } & PathFacts)
  | { readonly step: "securing"; readonly what: "failed" | "unanswered" };

/** What a browser's ICE agent saw. */
export interface PathFacts {
  readonly answered: boolean;
  /** Candidates gathered here, by type. */
  readonly local: { readonly host: number; readonly srflx: number; readonly relay: number };
  /** Candidates that the meeting server named. */
  readonly remote: number;
  readonly relayOffered: boolean;
  /** Error codes of `icecandidateerror`: STUN codes, or 701 for a server that could not be reached. */
  readonly turnErrors: readonly number[];
  readonly checksSent: number;
  /** The server has ended the join: no edge has a relay for its media. */
  readonly sentAway?: boolean;
}

export type FailureCode =
  | "APP_OFFLINE"
  | "APP_SERVICE_SILENT"
  | "APP_SERVICE_FAILED"
  | "APP_NOT_LOADED"
  | "APP_BROWSER_UNSUPPORTED"
  | "APP_SIGNALLING_REFUSED"
  | "APP_SIGNALLING_UNREACHABLE"
  | "APP_SIGNALLING_SILENT"
  | "APP_SIGNALLING_CLOSED"
  | "APP_MEDIA_NOT_OFFERED"
  | "APP_TURN_REFUSED"
  | "APP_TURN_FULL"
  | "APP_TURN_UNREACHABLE"
  | "APP_NO_CANDIDATES"
  | "APP_CHECKS_UNANSWERED"
  | "APP_DTLS_FAILED";

/** Codes of other parts for which the app has a sentence in each of its languages. */
export const SERVER_CODES = [
  "JOIN_BAD_REQUEST",
  "JOIN_REFUSED",
  "JOIN_RATE_LIMITED",
  "JOIN_CALL_FULL",
  "JOIN_SIGN_IN_NEEDED",
  "LOBBY_FULL",
  "CALL_REMOVED",
  "BRIDGE_LINK_DOWN",
  "BRIDGE_LINK_TIMEOUT",
  "EDGE_TUNNEL_DOWN",
  "CORE_WEB_BRIDGE_UNREACHABLE",
  "PROXY_UPSTREAM_TIMEOUT",
  "MEDIA_NO_RELAY",
  "MEDIA_NO_WORKER",
] as const;
export type ServerCode = (typeof SERVER_CODES)[number];

export interface Failure {
  readonly step: StepId;
  readonly code: string;
  /** Whose sentence the app shows. */
  readonly sentence: FailureCode | ServerCode;
  /** The server's own sentence, in English, for a code that this app does not know. */
  readonly said?: string;
  /** Seconds until another try may help. */
  readonly retryAfter?: number;
}

/** Names the one thing to tell: where the join broke, why, and under which code support will find it. */
export function explainFailure(facts: JoinFacts): Failure {
  switch (facts.step) {
    case "finding":
      return facts.what === "answer" ? explainAnswer(facts) : own(facts.step, FINDING[facts.what]);
    case "server":
      return isServerCode(facts.code)
        ? { step: facts.step, code: facts.code, sentence: facts.code }
        : own(facts.step, SERVER[facts.what]);
    case "path":
      if (facts.sentAway) return { step: facts.step, code: "MEDIA_NO_RELAY", sentence: "MEDIA_NO_RELAY" };
      return own(facts.step, explainPath(facts));
    case "securing":
      return own(facts.step, "APP_DTLS_FAILED");
  }
}

const FINDING = {
  offline: "APP_OFFLINE",
  unanswered: "APP_SERVICE_SILENT",
  garbled: "APP_SERVICE_FAILED",
} as const satisfies Record<string, FailureCode>;

const SERVER = {
  refused: "APP_SIGNALLING_REFUSED",
  unreachable: "APP_SIGNALLING_UNREACHABLE",
  unanswered: "APP_SIGNALLING_SILENT",
  closed: "APP_SIGNALLING_CLOSED",
  unsupported: "APP_BROWSER_UNSUPPORTED",
  app: "APP_NOT_LOADED",
} as const satisfies Record<string, FailureCode>;

/** For answers that carry no code: a proxy that is not ours stood in between. */
const BY_STATUS: Readonly<Record<number, ServerCode>> = {
  400: "JOIN_BAD_REQUEST",
  403: "JOIN_REFUSED",
  429: "JOIN_RATE_LIMITED",
};

function explainAnswer(facts: Extract<JoinFacts, { what: "answer" }>): Failure {
  const known = isServerCode(facts.code) ? facts.code : facts.code ? undefined : BY_STATUS[facts.status];
  return {
    step: facts.step,
    code: facts.code ?? known ?? "APP_SERVICE_FAILED",
    sentence: known ?? "APP_SERVICE_FAILED",
    ...(facts.message && !known ? { said: facts.message } : {}),
    ...(facts.retryAfter ? { retryAfter: facts.retryAfter } : {}),
  };
}

/** STUN error codes: 401 Unauthorized, 438 Stale Nonce repeated (RFC 8489 14.8); 486 and 508 (RFC 8656 19). */
const CREDENTIALS_REFUSED = [401, 438, 441];
const NO_ROOM = [486, 508];

function explainPath(facts: PathFacts): FailureCode {
  const { local, turnErrors } = facts;
  if (!facts.answered || facts.remote === 0) return "APP_MEDIA_NOT_OFFERED";
  const hasNone = local.host + local.srflx + local.relay === 0;
  if (!facts.relayOffered || local.relay > 0) return hasNone ? "APP_NO_CANDIDATES" : "APP_CHECKS_UNANSWERED";
  if (turnErrors.some((code) => CREDENTIALS_REFUSED.includes(code))) return "APP_TURN_REFUSED";
  if (turnErrors.some((code) => NO_ROOM.includes(code))) return "APP_TURN_FULL";
  // Browsers tell of a silent server only after 10 s: by now, silence is what there is to tell.
  return hasNone && turnErrors.length === 0 ? "APP_NO_CANDIDATES" : "APP_TURN_UNREACHABLE";
}

function isServerCode(code: string | undefined): code is ServerCode {
  return code !== undefined && (SERVER_CODES as readonly string[]).includes(code);
}

function own(step: StepId, code: FailureCode): Failure {
  return { step, code, sentence: code };
}
