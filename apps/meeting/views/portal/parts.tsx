import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { AskFailure } from "../../portal/ask.ts";
import { failureText } from "../../strings/portal/index.ts";
import { CheckIcon, CopyIcon } from "../icons.tsx";
import { usePortal } from "./context.ts";
import type { Loaded } from "./use-request.ts";

/** What went wrong, where it went wrong. */
export function Problem({ failure }: { readonly failure: AskFailure | undefined }) {
  const { strings } = usePortal();
  if (!failure) return null;
  return (
    <p class="problem-box" role="alert" data-testid="problem" data-code={failure.code}>
      {failureText(failure, strings)}
    </p>
  );
}

interface ShownProps<T> {
  readonly of: Loaded<T>;
  readonly onRetry: () => void;
  readonly children: (value: T) => ComponentChildren;
}

/** What was loaded, or that it is loading, or why it could not be. */
export function Shown<T>({ of, onRetry, children }: ShownProps<T>) {
  const { strings } = usePortal();
  switch (of.state) {
    case "loading":
      return (
        <p class="loading" role="status">
          {strings.frame.loading}
        </p>
      );
    case "failed":
      return (
        <div class="failed-part">
          <Problem failure={of.failure} />
          <button type="button" class="button quiet" onClick={onRetry}>
            {strings.frame.retry}
          </button>
        </div>
      );
    case "loaded":
      return <>{children(of.value)}</>;
  }
}

/** Milliseconds for which a button says that it has copied. */
const SAYS_FOR = 2000;

interface CopyProps {
  readonly text: string;
  /** What it copies, for those who do not see what stands beside it. */
  readonly what: string;
  readonly label?: string;
  readonly primary?: boolean;
  readonly testid?: string;
}

export function Copy({ text, what, label, primary = false, testid }: CopyProps) {
  const { strings, say } = usePortal();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
      say(strings.frame.copied);
      setTimeout(() => setCopied(false), SAYS_FOR);
    } catch {
      say(strings.frame.notCopied);
    }
  };
  return (
    <button
      type="button"
      class={`button ${primary ? "primary" : "quiet"} small`}
      aria-label={label ? undefined : strings.frame.copyWhat(what)}
      onClick={() => void copy()}
      data-testid={testid}
    >
      {copied ? <CheckIcon /> : <CopyIcon />}
      {copied ? strings.frame.copied : (label ?? strings.frame.copy)}
    </button>
  );
}

interface FormActionsProps {
  readonly submit: string;
  readonly busy: boolean;
  readonly onCancel: () => void;
  readonly children?: ComponentChildren;
}

/** The end of a form in a dialog. */
export function FormActions({ submit, busy, onCancel, children }: FormActionsProps) {
  const { strings } = usePortal();
  return (
    <div class="dialog-actions">
      {children}
      <button type="button" class="button quiet" onClick={onCancel}>
        {strings.frame.cancel}
      </button>
      <button type="submit" class="button primary" aria-disabled={busy} data-testid="submit">
        {submit}
      </button>
    </div>
  );
}
