import type { EndReason } from "../model/end-reason.ts";
import { Brand } from "./icons.tsx";
import { type Strings, useStrings } from "./strings.ts";

interface Props {
  readonly reason: EndReason;
  readonly space: string;
  readonly onRejoin: () => void;
  readonly onHome: () => void;
  /** Of someone who is signed in. */
  readonly onSpaces?: (() => void) | undefined;
}

/** Whoever was refused or removed is not pressed to come again. */
const FINAL: readonly EndReason[] = ["refused", "removed", "over"];

export function Ended({ reason, space, onRejoin, onHome, onSpaces }: Props) {
  const strings = useStrings();
  return (
    <main class="sheet">
      <Brand />
      <section class="card ended" data-testid="ended" data-reason={reason}>
        <p class="over-title">{space}</p>
        <h1>{titleOf(reason, strings)}</h1>
        <p class="lead" role="status">
          {strings.ended[reason]}
        </p>
        <div class="actions">
          {!FINAL.includes(reason) && (
            <button type="button" class="button primary" onClick={onRejoin} data-testid="rejoin">
              {strings.ended.rejoin}
            </button>
          )}
          {onSpaces && (
            <button type="button" class="button quiet" onClick={onSpaces}>
              {strings.landing.spaces}
            </button>
          )}
          <button type="button" class="button quiet" onClick={onHome}>
            {strings.ended.home}
          </button>
        </div>
      </section>
    </main>
  );
}

function titleOf(reason: EndReason, { ended }: Strings): string {
  switch (reason) {
    case "left":
      return ended.leftTitle;
    case "over":
      return ended.overTitle;
    case "refused":
      return ended.refusedTitle;
    case "removed":
      return ended.removedTitle;
    default:
      return ended.endedTitle;
  }
}
