import type { ComponentChildren } from "preact";
import type { Meeting, OwnMedia } from "../model/meeting.ts";
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
}

export function Controls({ meeting, panel, onToggle, onPanel }: Props) {
  const strings = useStrings().meeting;
  const { mic, camera, screen } = meeting.own.value;
  const people = meeting.people.value.length;
  return (
    <nav class="controls" aria-label={strings.controls}>
      <div class="control-group">
        <Control
          testid="mic"
          label={mic ? strings.mute : strings.unmute}
          shortcut={SHORTCUT_KEYS.mic}
          off={!mic}
          pressed={mic}
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
            onClick={() => onToggle("screen")}
          >
            <ShareIcon />
          </Control>
        )}
      </div>
      <div class="control-group">
        <Control
          testid="people"
          label={strings.people}
          shortcut={SHORTCUT_KEYS.people}
          expanded={panel === "people"}
          onClick={() => onPanel("people")}
        >
          <PeopleIcon />
          <span class="count" aria-hidden="true">
            {people}
          </span>
        </Control>
        <Control
          testid="devices"
          label={strings.more}
          expanded={panel === "devices"}
          onClick={() => onPanel("devices")}
        >
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
      <div class="control-group">
        <button
          type="button"
          class="leave"
          aria-label={strings.leave}
          title={strings.leave}
          onClick={() => void meeting.leave()}
          data-testid="leave"
        >
          <LeaveIcon />
          <span class="wide-only">{strings.leave}</span>
        </button>
      </div>
    </nav>
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
  readonly onClick: () => void;
  readonly children: ComponentChildren;
}

function Control({ testid, label, shortcut, off, active, pressed, expanded, onClick, children }: ControlProps) {
  const state = off ? " off" : active || expanded ? " active" : "";
  return (
    <button
      type="button"
      class={`round${state}`}
      aria-label={label}
      aria-keyshortcuts={shortcut}
      aria-expanded={expanded}
      data-on={pressed}
      data-testid={testid}
      onClick={onClick}
    >
      {children}
      <span class="tip" aria-hidden="true">
        {label}
        {shortcut && <kbd>{shortcut}</kbd>}
      </span>
    </button>
  );
}

function canShare(): boolean {
  return typeof navigator.mediaDevices?.getDisplayMedia === "function";
}
