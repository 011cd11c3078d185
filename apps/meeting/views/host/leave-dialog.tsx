import type { Meeting } from "../../model/meeting.ts";
import { Dialog } from "../dialog.tsx";
import { useStrings } from "../strings.ts";
import type { Steer } from "./use-steer.ts";

interface Props {
  readonly meeting: Meeting;
  readonly steer: Steer;
  readonly onClose: () => void;
}

/** Asks a host whether the meeting goes on. */
export function LeaveDialog({ meeting, steer, onClose }: Props) {
  const { host } = useStrings();
  return (
    <Dialog title={host.leaveTitle} onClose={onClose} testid="leave-dialog">
      <p>{host.leaveText}</p>
      <div class="dialog-actions">
        <button type="button" class="button quiet" onClick={onClose}>
          {host.cancel}
        </button>
        <button
          type="button"
          class="button danger"
          onClick={() => {
            onClose();
            steer({ do: "endForAll" });
          }}
          data-testid="end-for-all"
        >
          {host.endForAll}
        </button>
        <button
          type="button"
          class="button primary"
          onClick={() => void meeting.leave()}
          data-first
          data-testid="leave-only"
        >
          {host.leaveOnly}
        </button>
      </div>
    </Dialog>
  );
}
