import { useEffect, useState } from "preact/hooks";
import type { Meeting } from "../model/meeting.ts";
import { useStrings } from "./strings.ts";

interface Props {
  readonly meeting: Meeting;
  readonly onProblem: (text: string) => void;
}

/** Microphone, camera and, where the browser lets a page choose it, speaker. */
export function DeviceChoices({ meeting, onProblem }: Props) {
  const { devices, meeting: strings } = useStrings();
  const [list, setList] = useState<readonly MediaDeviceInfo[]>([]);
  useEffect(() => {
    const refresh = () => void navigator.mediaDevices?.enumerateDevices().then(setList);
    refresh();
    navigator.mediaDevices?.addEventListener("devicechange", refresh);
    return () => navigator.mediaDevices?.removeEventListener("devicechange", refresh);
  }, []);
  const kinds = [
    ["audioinput", devices.microphone],
    ["videoinput", devices.camera],
    ...("setSinkId" in HTMLMediaElement.prototype ? ([["audiooutput", devices.speaker]] as const) : []),
  ] as const;
  return (
    <div class="form">
      {kinds.map(([kind, label]) => {
        const usable = list.filter((device) => device.kind === kind && device.deviceId);
        const active = meeting.activeDevice(kind);
        const shown = usable.some(({ deviceId }) => deviceId === active) ? active : usable[0]?.deviceId;
        return (
          <label class="choice" key={kind}>
            <span>{label}</span>
            <select
              class="input"
              disabled={usable.length === 0}
              value={shown}
              onChange={({ currentTarget }) =>
                meeting.chooseDevice(kind, currentTarget.value).catch(() => onProblem(strings.deviceFailed))
              }
            >
              {usable.length === 0 && <option value="default">{devices.systemDefault}</option>}
              {usable.map(({ deviceId, label: name }) => (
                <option key={deviceId} value={deviceId}>
                  {name || devices.systemDefault}
                </option>
              ))}
            </select>
          </label>
        );
      })}
    </div>
  );
}
