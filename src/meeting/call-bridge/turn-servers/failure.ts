import { TurnpikeError, textOf } from "#base";
import type { TurnHostStatus } from "../turn-servers-contract.ts";

export type Failure = NonNullable<TurnHostStatus["failure"]>;

/** The CMS API's words for alarms. */
export type FailureReason = "dnsFailure" | "connectFailure" | "authenticationFailure" | "serviceUnavailable" | "error";

const REASONS: Readonly<Record<string, FailureReason>> = {
  TURN_SERVER_NAME_UNKNOWN: "dnsFailure",
  TURN_SERVER_NO_ADDRESS: "dnsFailure",
  TURN_SERVER_NO_CREDENTIALS: "authenticationFailure",
  TURN_CLIENT_UNREACHABLE: "connectFailure",
  TURN_CLIENT_TIMEOUT: "connectFailure",
  TURN_CLIENT_UNAUTHORIZED: "authenticationFailure",
};

/** Try alternate (RFC 8489 10), allocation quota, insufficient capacity (RFC 8656 19), server error. */
const BUSY = [300, 486, 500, 508];

export function failureOf(thrown: unknown): Failure {
  const known = thrown instanceof TurnpikeError ? thrown : undefined;
  const code = known?.code ?? "TURN_CLIENT_UNREACHABLE";
  const { wire } = thrown as { readonly wire?: number };
  const busy = wire !== undefined && BUSY.includes(wire);
  const reason = busy ? "serviceUnavailable" : (REASONS[code] ?? "error");
  return { code, detail: textOf(thrown), remedy: known?.remedy ?? "", reason };
}
