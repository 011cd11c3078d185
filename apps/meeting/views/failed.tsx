import { useEffect, useRef } from "preact/hooks";
import type { Failure } from "../model/failure.ts";
import { type Progress, stepsOf } from "../model/steps.ts";
import { failureSentence } from "../strings/index.ts";
import { Brand } from "./icons.tsx";
import { Road } from "./road.tsx";
import { useStrings } from "./strings.ts";
import { useCountdown } from "./use-countdown.ts";

interface Props {
  readonly failure: Failure;
  readonly progress: Progress;
  readonly traceId: string;
  /** It is tried again by itself. */
  readonly trying?: boolean;
  readonly onRetry: () => void;
  readonly onBack: () => void;
}

export function Failed({ failure, progress, traceId, trying = false, onRetry, onBack }: Props) {
  const strings = useStrings();
  const [wait] = useCountdown(failure.retryAfter ?? 0);
  const retry = useRef<HTMLButtonElement>(null);
  useEffect(() => retry.current?.focus({ preventScroll: true }), []);
  return (
    <main class="sheet">
      <Brand />
      <section class="card">
        <h1>{trying ? strings.failure.interrupted : strings.failure.title}</h1>
        <p class="failure" role="alert" data-testid="failure">
          {failureSentence(failure, strings)}
        </p>
        {trying && (
          <p class="trying" role="status" data-testid="trying">
            <span class="pulse" />
            {strings.failure.trying}
          </p>
        )}
        <Road steps={stepsOf(progress)} />
        <div class="actions">
          <button
            type="button"
            class="button primary"
            ref={retry}
            disabled={wait > 0}
            onClick={onRetry}
            data-testid="retry"
          >
            {wait > 0 ? strings.failure.retryIn(wait) : strings.failure.retry}
          </button>
          <button type="button" class="button quiet" onClick={onBack} data-testid="back">
            {strings.failure.back}
          </button>
        </div>
        <p class="fine">
          {strings.failure.code} <code data-testid="failure-code">{failure.code}</code>
          <span class="dot"> · </span>
          {strings.failure.trace} <code data-testid="trace">{traceId}</code>
        </p>
      </section>
    </main>
  );
}
