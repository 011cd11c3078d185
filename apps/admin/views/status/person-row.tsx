import { useId, useState } from "preact/hooks";
import type { CallLegView, LegPathView } from "../../model/answers.ts";
import { isHost, type PersonRow, quality } from "../../model/calls.ts";
import { bitRate, milliseconds, percent } from "../../model/format.ts";
import type { History } from "../../model/sparkline.ts";
import { useApp, useMayChange, useStrings } from "../context.ts";
import { confirm } from "../kit/confirm.tsx";
import { IconAction } from "../kit/controls.tsx";
import { CameraIcon, CameraOffIcon, ChevronIcon, LobbyIcon, MicIcon, MicOffIcon, RemoveIcon } from "../kit/icons.tsx";
import { Badge, Mark, Sparkline } from "../kit/marks.tsx";
import { useAction } from "../kit/use-action.ts";
import { LegDetails } from "./leg-details.tsx";

interface Props {
  readonly person: PersonRow;
  readonly history: History | undefined;
  readonly refresh: () => void;
}

/** One row, and under it the details while they are open. */
export function PersonRows({ person, history, refresh }: Props) {
  const { calls } = useStrings();
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const { participant, leg, numbers } = person;
  const state = { good: "good", poor: "waiting", bad: "bad" } as const;
  const heard = calls.ratesHeard(bitRate(numbers.received), bitRate(numbers.sent));
  return (
    <>
      <tr>
        <th scope="row">
          <span class="person">
            <button
              type="button"
              class="icon-button turn"
              aria-expanded={isOpen}
              aria-controls={id}
              aria-label={calls.details(participant.name)}
              onClick={() => setOpen(!isOpen)}
            >
              <ChevronIcon />
            </button>
            <span class="person-name">
              {participant.name}
              {isHost(participant, leg) && <Badge>{calls.host}</Badge>}
              <MuteMarks leg={leg} />
            </span>
          </span>
        </th>
        <td>
          <Path path={leg?.path} state={leg?.state ?? "initial"} />
        </td>
        <td class="number">{numbers.loss === undefined ? "–" : percent(numbers.loss)}</td>
        <td class="number">
          {numbers.roundTripTimeMs === undefined ? (
            "–"
          ) : (
            <Mark state={state[quality(numbers)]}>{milliseconds(numbers.roundTripTimeMs)}</Mark>
          )}
        </td>
        <td>
          <span class="rate">
            <Sparkline values={history?.values ?? []} width={72} height={24} least={64_000} label={calls.chart} />
            <span class="digits" aria-hidden="true">
              {calls.rates(bitRate(numbers.received), bitRate(numbers.sent))}
            </span>
            <span class="unseen">{heard}</span>
          </span>
        </td>
        <td class="wide client">{leg?.client ?? "–"}</td>
        <td class="actions">
          <PersonActions person={person} refresh={refresh} />
        </td>
      </tr>
      {isOpen && (
        <tr class="details-row" id={id}>
          <td colSpan={7}>{leg && <LegDetails participant={participant} leg={leg} />}</td>
        </tr>
      )}
    </>
  );
}

function MuteMarks({ leg }: { readonly leg: CallLegView | undefined }) {
  const { calls } = useStrings();
  return (
    <>
      {leg?.rules.rxAudioMute && (
        <span class="mute-mark" role="img" aria-label={calls.muted} title={calls.muted}>
          <MicOffIcon />
        </span>
      )}
      {leg?.rules.rxVideoMute && (
        <span class="mute-mark" role="img" aria-label={calls.videoStopped} title={calls.videoStopped}>
          <CameraOffIcon />
        </span>
      )}
    </>
  );
}

function Path({ path, state }: { readonly path: LegPathView | undefined; readonly state: CallLegView["state"] }) {
  const { calls } = useStrings();
  if (!path) return <Mark state="waiting">{calls.noPath[state]}</Mark>;
  return <Mark state="good">{path.link === "host" ? calls.direct : calls.relay(path.edge ?? "")}</Mark>;
}

function PersonActions({ person: { participant, leg }, refresh }: Omit<Props, "history">) {
  const { calls } = useStrings();
  const { objects } = useApp();
  const { run } = useAction();
  if (!useMayChange() || !leg) return null;
  const { name } = participant;
  const { rxAudioMute, rxVideoMute } = leg.rules;
  const change = (values: object) => () =>
    void run(() => objects.update(`callLegs/${leg.id}`, { ...values })).then(refresh);
  const toLobby = () =>
    void run(() => objects.update(`participants/${participant.id}`, { deactivated: true })).then(refresh);
  const disconnect = async () => {
    const question = { title: calls.disconnectTitle(name), text: calls.disconnectText, action: calls.disconnect(name) };
    if (!(await confirm({ ...question, isDangerous: true }))) return;
    if (await run(() => objects.remove(`callLegs/${leg.id}`), calls.disconnected(name))) refresh();
  };
  return (
    <span class="row-actions">
      <IconAction
        label={rxAudioMute ? calls.unmute(name) : calls.mute(name)}
        icon={rxAudioMute ? <MicOffIcon /> : <MicIcon />}
        isOn={rxAudioMute}
        onClick={change({ rxAudioMute: !rxAudioMute })}
      />
      <IconAction
        label={rxVideoMute ? calls.startVideo(name) : calls.stopVideo(name)}
        icon={rxVideoMute ? <CameraOffIcon /> : <CameraIcon />}
        isOn={rxVideoMute}
        onClick={change({ rxVideoMute: !rxVideoMute })}
      />
      <IconAction label={calls.toLobby(name)} icon={<LobbyIcon />} onClick={toLobby} />
      <IconAction label={calls.disconnect(name)} icon={<RemoveIcon />} isDangerous onClick={() => void disconnect()} />
    </span>
  );
}
