import { useEffect, useRef, useState } from "preact/hooks";
import { newlyWaiting } from "../../model/host.ts";
import type { Waiting } from "../../model/room-state.ts";
import { CloseIcon } from "../icons.tsx";
import { useStrings } from "../strings.ts";
import type { Steer } from "./use-steer.ts";

interface Props {
  readonly waiting: readonly Waiting[];
  readonly steer: Steer;
  /** Opens the list of those who wait. */
  readonly onShow: () => void;
}

/** Says that somebody waits, until a host has acted or put it away; it comes back with the next one. */
export function WaitingToast({ waiting, steer, onShow }: Props) {
  const { host, meeting } = useStrings();
  const [dismissed, setDismissed] = useState(false);
  const before = useRef<readonly Waiting[]>([]);
  useEffect(() => {
    if (newlyWaiting(before.current, waiting).length > 0) setDismissed(false);
    before.current = waiting;
  }, [waiting]);
  const [one] = waiting;
  return (
    <div class="waiting-toast" role="status">
      {one && !dismissed && (
        <div class="waiting-card" data-testid="waiting-toast">
          <p>{waiting.length === 1 ? host.oneWaits(one.name) : host.manyWait(waiting.length)}</p>
          {waiting.length === 1 && (
            <button
              type="button"
              class="button primary small"
              onClick={() => steer({ do: "admit", participant: one.identity })}
              data-testid="toast-admit"
            >
              {host.admit}
            </button>
          )}
          <button type="button" class="button quiet small" onClick={onShow} data-testid="toast-show">
            {host.show}
          </button>
          <button
            type="button"
            class="round plain"
            aria-label={`${meeting.close}: ${host.dismiss}`}
            onClick={() => setDismissed(true)}
          >
            <CloseIcon />
          </button>
        </div>
      )}
    </div>
  );
}
