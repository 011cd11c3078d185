import type { ComponentChildren } from "preact";
import type { Meeting, OwnMedia } from "../model/meeting.ts";
import { forbidden } from "../model/rules.ts";
import { SHORTCUT_KEYS } from "../model/shortcuts.ts";
import {
  CameraIcon,
  CameraOffIcon,
  DetailsIcon,
  DevicesIcon,
  LeaveIcon,
  MicIcon,
  MicOffIcon,
  PeopleIcon,
  ShareIcon,
} from "./icons.tsx";
import type { PanelName } from "./panels.tsx";
import { useStrings } from "./strings.ts";

interface Props {
  readonly meeting: Meeting;
  readonly panel: PanelName | undefined;
  readonly onToggle: (what: keyof OwnMedia) => void;
  readonly onPanel: (panel: PanelName) => void;
  readonly onLeave: () => void;
}

export function Controls(props: Props) {
  const strings = useStrings().meeting;
  return (
    <nav class="controls" aria-label={strings.controls}>
      <OwnControls {...props} />
      <PanelControls {...props} />
      <div class="control-group">
        <button
          type="button"
          class="leave"
          aria-label={strings.leave}
          title={strings.leave}
          onClick={props.onLeave}
          data-testid="leave"
        >
          <LeaveIcon />
          <span class="wide-only">{strings.leave}</span>
        </button>
      </div>
    </nav>
  );
}

function OwnControls({ meeting, onToggle }: Props) {
  const { meeting: strings, host } = useStrings();
  const { mic, camera, screen } = meeting.own.value;
  const reason = (what: keyof OwnMedia) => {
    const why = forbidden(meeting.rules.value, what);
    return why && host.forbidden[why];
  };
  return (
    <div class="control-group">
      <Control
        testid="mic"
        label={mic ? strings.mute : strings.unmute}
        shortcut={SHORTCUT_KEYS.mic}
        off={!mic}
        pressed={mic}
        reason={reason("mic")}
        onClick={() => onToggle("mic")}
      >
        {mic ? <MicIcon /> : <MicOffIcon />}
      </Control>
      <Control
        testid="camera"
        label={camera ? strings.stopCamera : strings.startCamera}
        shortcut={SHORTCUT_KEYS.camera}
        off={!camera}
        pressed={camera}
        reason={reason("camera")}
        onClick={() => onToggle("camera")}
      >
        {camera ? <CameraIcon /> : <CameraOffIcon />}
      </Control>
      {canShare() && (
        <Control
          testid="share"
          label={screen ? strings.stopShare : strings.share}
          shortcut={SHORTCUT_KEYS.share}
          active={screen}
          pressed={screen}
          reason={reason("screen")}
          onClick={() => onToggle("screen")}
        >
          <ShareIcon />
        </Control>
      )}
    </div>
  );
}

function PanelControls({ meeting, panel, onPanel }: Props) {
  const { meeting: strings, host } = useStrings();
  const people = meeting.people.value.length;
  const { waiting: list } = meeting.room.value;
  const waiting = list.length;
  const who = waiting === 1 ? host.oneWaits(list[0]!.name) : host.manyWait(waiting);
  return (
    <div class="control-group">
      <Control
        testid="people"
        label={waiting > 0 ? `${strings.people} (+${waiting}): ${who}` : `${strings.people} (${people})`}
        shortcut={SHORTCUT_KEYS.people}
        expanded={panel === "people"}
        onClick={() => onPanel("people")}
      >
        <PeopleIcon />
        <span
          class={waiting > 0 ? "count knocking" : "count"}
          data-count={waiting > 0 ? `+${waiting}` : people}
          aria-hidden="true"
        />
      </Control>
      <Control testid="devices" label={strings.more} expanded={panel === "devices"} onClick={() => onPanel("devices")}>
        <DevicesIcon />
      </Control>
      <Control
        testid="details"
        label={strings.details}
        shortcut={SHORTCUT_KEYS.details}
        expanded={panel === "details"}
        onClick={() => onPanel("details")}
      >
        <DetailsIcon />
      </Control>
    </div>
  );
}

interface ControlProps {
  readonly testid: string;
  readonly label: string;
  readonly shortcut?: string;
  readonly off?: boolean;
  readonly active?: boolean;
  readonly pressed?: boolean;
  readonly expanded?: boolean;
  /** Why it cannot be used now. It stays reachable, so that everyone can learn why. */
  readonly reason?: string | undefined;
  readonly onClick: () => void;
  readonly children: ComponentChildren;
}

function Control(props: ControlProps) {
  const { testid, label, shortcut, off, active, pressed, expanded, reason, onClick, children } = props;
  const state = `${off ? " off" : active || expanded ? " active" : ""}${reason ? " barred" : ""}`;
  return (
    <button
      type="button"
      class={`round${state}`}
      aria-label={label}
      aria-keyshortcuts={shortcut}
      aria-expanded={expanded}
      aria-disabled={reason ? true : undefined}
      aria-description={reason}
      data-on={pressed}
      data-testid={testid}
      onClick={onClick}
    >
      {children}
      <span class="tip" aria-hidden="true">
        {reason ?? label}
        {shortcut && !reason && <kbd>{shortcut}</kbd>}
      </span>
    </button>
  );
}

function canShare(): boolean {
  return typeof navigator.mediaDevices?.getDisplayMedia === "function";
}
