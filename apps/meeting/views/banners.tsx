import type { Meeting } from "../model/meeting.ts";
import { SoundIcon } from "./icons.tsx";
import { useStrings } from "./strings.ts";

/** What all are told, and what a person should know now: of that one line at a time, the most pressing first. */
export function Banners({ meeting, onStopShare }: { readonly meeting: Meeting; readonly onStopShare: () => void }) {
  const { message } = meeting.room.value;
  return (
    <div class="banners" aria-live="polite">
      {message && (
        <p class="banner" data-testid="message">
          {message}
        </p>
      )}
      <Banner meeting={meeting} onStopShare={onStopShare} />
    </div>
  );
}

function Banner({ meeting, onStopShare }: { readonly meeting: Meeting; readonly onStopShare: () => void }) {
  const { meeting: strings, host } = useStrings();
  const { soundWithheld, videoWithheld } = meeting.rules.value;
  const connection = meeting.connection.value;
  if (connection === "reconnecting")
    return (
      <p class="banner urgent" data-testid="reconnecting">
        <span class="pulse" />
        {strings.reconnecting}
      </p>
    );
  if (meeting.soundBlocked.value)
    return (
      <p class="banner urgent" data-testid="sound-blocked">
        {strings.soundBlocked}
        <button type="button" class="button primary small" onClick={() => void meeting.startSound()}>
          <SoundIcon />
          {strings.turnSoundOn}
        </button>
      </p>
    );
  if (soundWithheld) return <p class="banner">{host.soundWithheld}</p>;
  if (videoWithheld) return <p class="banner">{host.videoWithheld}</p>;
  if (connection === "poor") return <p class="banner">{strings.poor}</p>;
  if (meeting.own.value.screen)
    return (
      <p class="banner">
        {strings.youShare}
        <button type="button" class="button quiet small" onClick={onStopShare}>
          {strings.stopShare}
        </button>
      </p>
    );
  return null;
}
