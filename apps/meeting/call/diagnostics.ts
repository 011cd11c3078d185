import type { Failure } from "../model/failure.ts";
import type { Meeting } from "../model/meeting.ts";
import type { ConnectionSummary } from "../model/stats.ts";
import type { Step } from "../model/steps.ts";

/** Support information, as `turnpikeDiagnostics()` gives it and "Connection details" copies it. No name, no secret. */
export interface Snapshot {
  readonly at: string;
  readonly browser: string;
  readonly page: string;
  readonly traceId?: string;
  readonly callId?: string;
  readonly steps: readonly Step[];
  readonly failure?: Failure;
  readonly people?: number;
  readonly connection?: ConnectionSummary;
}

export function snapshotOf(
  page: string,
  parts: {
    readonly traceId?: string;
    readonly steps?: readonly Step[];
    readonly failure?: Failure;
    readonly meeting?: Meeting;
  },
): Snapshot {
  const { meeting, failure } = parts;
  const traceId = meeting?.join.traceId ?? parts.traceId;
  const connection = meeting?.details.value;
  return {
    at: new Date().toISOString(),
    browser: navigator.userAgent,
    page,
    ...(traceId ? { traceId } : {}),
    ...(meeting ? { callId: meeting.space.callId, people: meeting.people.value.length } : {}),
    steps: meeting?.join.steps ?? parts.steps ?? [],
    ...(failure ? { failure } : {}),
    ...(connection ? { connection } : {}),
  };
}
