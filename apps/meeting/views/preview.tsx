import { useEffect, useRef, useState } from "preact/hooks";
import type { DeviceState, Kind, Preview } from "../devices/preview.ts";
import { deviceProblem, type Trouble } from "../model/device-problem.ts";
import { CameraIcon, CameraOffIcon, DevicesIcon, MicIcon, MicOffIcon } from "./icons.tsx";
import { useStrings } from "./strings.ts";

/** Camera and microphone, as others will have them. */
export function PreviewPanel({ preview }: { readonly preview: Preview }) {
  const strings = useStrings();
  const [choosing, setChoosing] = useState(false);
  const problem = deviceProblem(troubleOf(preview.camera.value), troubleOf(preview.microphone.value));
  return (
    <section class="preview" aria-label={strings.devices.preview}>
      <div class="preview-picture">
        <Picture state={preview.camera.value} />
        <div class="preview-controls">
          <Toggle preview={preview} kind="microphone" />
          <Toggle preview={preview} kind="camera" />
          <button
            type="button"
            class="round"
            aria-expanded={choosing}
            aria-label={strings.devices.settings}
            title={strings.devices.settings}
            onClick={() => setChoosing(!choosing)}
          >
            <DevicesIcon />
          </button>
        </div>
      </div>
      {problem && (
        <p class="preview-problem" role="status" data-testid="device-problem">
          {strings.devices[problem]}
        </p>
      )}
      {choosing && (
        <div class="preview-choices">
          <Choice preview={preview} kind="microphone" />
          <Choice preview={preview} kind="camera" />
        </div>
      )}
    </section>
  );
}

function Picture({ state }: { readonly state: DeviceState }) {
  const { devices } = useStrings();
  const video = useRef<HTMLVideoElement>(null);
  const track = state.state === "on" ? state.track : undefined;
  useEffect(() => {
    if (video.current) video.current.srcObject = track ? new MediaStream([track]) : null;
  }, [track]);
  return (
    <>
      <video ref={video} class={track ? "mirrored" : "mirrored gone"} autoPlay playsInline muted />
      {!track && (
        <div class="preview-empty">
          {state.state === "starting" ? <p class="starting">{devices.starting}</p> : <CameraOffIcon />}
        </div>
      )}
    </>
  );
}

function Toggle({ preview, kind }: { readonly preview: Preview; readonly kind: Kind }) {
  const { devices } = useStrings();
  const { state } = preview[kind].value;
  const on = state === "on" || state === "starting";
  const [turnOn, turnOff] = kind === "camera" ? [devices.cameraOn, devices.cameraOff] : [devices.micOn, devices.micOff];
  const label = on ? turnOff : turnOn;
  const icons =
    kind === "camera"
      ? [<CameraIcon key="on" />, <CameraOffIcon key="off" />]
      : [<MicIcon key="on" />, <MicOffIcon key="off" />];
  return (
    <button
      type="button"
      class={on ? "round" : "round off"}
      aria-label={label}
      title={label}
      disabled={state === "starting"}
      data-testid={kind === "camera" ? "preview-camera" : "preview-mic"}
      onClick={() => (on ? preview.stop(kind) : void preview.start(kind))}
    >
      {kind === "microphone" && state === "on" && <Level preview={preview} />}
      {icons[on ? 0 : 1]}
    </button>
  );
}

/** A ring around the microphone that grows with the voice. */
function Level({ preview }: { readonly preview: Preview }) {
  const { devices } = useStrings();
  const level = preview.level.value;
  return (
    <>
      <span class="level" style={{ boxShadow: `0 0 0 ${(10 * level).toFixed(1)}px var(--voice)` }} />
      <meter class="unseen" min={0} max={1} value={level} aria-label={devices.level} />
    </>
  );
}

function Choice({ preview, kind }: { readonly preview: Preview; readonly kind: Kind }) {
  const { devices } = useStrings();
  const wanted = kind === "camera" ? "videoinput" : "audioinput";
  const list = preview.devices.value.filter((device) => device.kind === wanted);
  const active = preview.track(kind)?.getSettings().deviceId ?? "";
  return (
    <label class="choice">
      <span>{kind === "camera" ? devices.camera : devices.microphone}</span>
      <select
        class="input"
        value={active}
        disabled={list.length === 0}
        onChange={(event) => void preview.choose(kind, event.currentTarget.value)}
      >
        {list.length === 0 && (
          <option value="">{kind === "camera" ? devices.cameraMissing : devices.micMissing}</option>
        )}
        {list.map((device) => (
          <option key={device.deviceId} value={device.deviceId}>
            {device.label || devices.systemDefault}
          </option>
        ))}
      </select>
    </label>
  );
}

function troubleOf(device: DeviceState): Trouble | undefined {
  return device.state === "unavailable" ? device.why : undefined;
}
