import { useEffect, useState } from "preact/hooks";
import type { Snapshot } from "../call/diagnostics.ts";
import { groupCallId } from "../model/call-id.ts";
import type { Meeting, OwnMedia } from "../model/meeting.ts";
import { forbidden, isHost } from "../model/rules.ts";
import { type Shortcut, shortcutOf } from "../model/shortcuts.ts";
import { Banners } from "./banners.tsx";
import { Controls } from "./controls.tsx";
import { ConnectionDetails } from "./details.tsx";
import { DeviceChoices } from "./device-choices.tsx";
import { LeaveDialog } from "./host/leave-dialog.tsx";
import { PeoplePanel } from "./host/people-panel.tsx";
import { useNotices } from "./host/use-notices.ts";
import { useSteer } from "./host/use-steer.ts";
import { WaitingToast } from "./host/waiting-toast.tsx";
import { CheckIcon, LinkIcon, LockIcon } from "./icons.tsx";
import { Panel, type PanelName } from "./panels.tsx";
import { Stage } from "./stage.tsx";
import { useStrings } from "./strings.ts";
import { Toasts, useToasts } from "./toasts.tsx";
import { useWakeLock } from "./use-wake-lock.ts";

interface Props {
  readonly meeting: Meeting;
  readonly diagnostics: () => Snapshot;
  /** Open from the start. */
  readonly opened?: PanelName;
  /** The question whether to leave is asked from the start. */
  readonly leaving?: boolean;
}

export function MeetingPage({ meeting, diagnostics, opened, leaving: asked = false }: Props) {
  const strings = useStrings();
  const [panel, setPanel] = useState<PanelName | undefined>(opened);
  const [leaving, setLeaving] = useState(asked);
  const { toasts, say } = useToasts(meeting);
  const [linkCopied, copyLink] = useCopyLink(meeting, say);
  const steer = useSteer(meeting, say);
  const toggle = useToggle(meeting, say);
  const people = meeting.people.value;
  const { waiting } = meeting.room.value;
  useWakeLock();
  useNotices(meeting, say);

  const togglePanel = (name: PanelName) => setPanel(panel === name ? undefined : name);
  const leave = () => (meeting.rules.value.endForAll && people.length > 1 ? setLeaving(true) : void meeting.leave());
  useShortcuts({
    mic: () => toggle("mic"),
    camera: () => toggle("camera"),
    share: () => toggle("screen"),
    people: () => togglePanel("people"),
    details: () => togglePanel("details"),
    dismiss: () => setPanel(undefined),
  });

  return (
    <main class={panel ? "meeting with-panel" : "meeting"} data-testid="meeting">
      <Head meeting={meeting} onCopyLink={copyLink} linkCopied={linkCopied} />
      <Banners meeting={meeting} onStopShare={() => toggle("screen")} />
      <div class="meeting-stage">
        <Stage people={people} />
        {people.length === 1 && waiting.length === 0 && <Alone onCopyLink={copyLink} copied={linkCopied} />}
      </div>
      {panel === "people" && (
        <Panel name="people" title={strings.meeting.inMeeting(people.length)} onClose={() => setPanel(undefined)}>
          <PeoplePanel meeting={meeting} steer={steer} />
        </Panel>
      )}
      {panel === "devices" && (
        <Panel name="devices" title={strings.meeting.more} onClose={() => setPanel(undefined)}>
          <DeviceChoices meeting={meeting} onProblem={say} />
        </Panel>
      )}
      {panel === "details" && (
        <Panel name="details" title={strings.details.title} onClose={() => setPanel(undefined)}>
          <ConnectionDetails meeting={meeting} diagnostics={diagnostics} />
        </Panel>
      )}
      <Controls meeting={meeting} panel={panel} onToggle={toggle} onPanel={togglePanel} onLeave={leave} />
      {panel !== "people" && <WaitingToast waiting={waiting} steer={steer} onShow={() => setPanel("people")} />}
      <Toasts toasts={toasts} />
      {leaving && <LeaveDialog meeting={meeting} steer={steer} onClose={() => setLeaving(false)} />}
    </main>
  );
}

interface HeadProps {
  readonly meeting: Meeting;
  readonly onCopyLink: () => void;
  readonly linkCopied: boolean;
}

function Head({ meeting, onCopyLink, linkCopied }: HeadProps) {
  const strings = useStrings();
  return (
    <header class="meeting-head">
      <h1>{meeting.space.name}</h1>
      <p>{groupCallId(meeting.space.callId)}</p>
      {meeting.room.value.locked && (
        <p class="locked" title={strings.host.lockedHint} data-testid="locked">
          <LockIcon />
          {strings.host.isLocked}
        </p>
      )}
      <button type="button" class="copy-link" onClick={onCopyLink} data-testid="copy-link">
        {linkCopied ? <CheckIcon /> : <LinkIcon />}
        <span>{linkCopied ? strings.meeting.linkCopied : strings.meeting.copyLink}</span>
      </button>
    </header>
  );
}

type Say = (text: string, important?: boolean) => void;

function useCopyLink(meeting: Meeting, say: Say): [copied: boolean, copy: () => void] {
  const { host } = useStrings();
  const [copied, setCopied] = useState(false);
  const copy = () =>
    void navigator.clipboard?.writeText(meeting.link).then(
      () => {
        if (meeting.isOwnLink && isHost(meeting.rules.value)) say(host.hostLink, true);
        setCopied(true);
        setTimeout(() => setCopied(false), 2500);
      },
      () => {},
    );
  return [copied, copy];
}

/** Turns a device of one's own on or off, or says why not. */
function useToggle(meeting: Meeting, say: Say): (what: keyof OwnMedia) => void {
  const { meeting: strings, host } = useStrings();
  return (what) => {
    const on = !meeting.own.value[what];
    const why = on ? forbidden(meeting.rules.value, what) : undefined;
    if (why) return say(host.forbidden[why], true);
    meeting.set(what, on).then(
      () => what === "mic" && say(on ? strings.you_unmuted : strings.you_muted),
      (thrown: unknown) => {
        const dismissed = what === "screen" && (thrown as Partial<Error>)?.name === "NotAllowedError";
        if (!dismissed) say(what === "screen" ? strings.shareFailed : strings.deviceFailed);
      },
    );
  };
}

function Alone({ onCopyLink, copied }: { readonly onCopyLink: () => void; readonly copied: boolean }) {
  const { meeting } = useStrings();
  return (
    <div class="alone" role="status">
      <p>
        {meeting.alone} {meeting.aloneLink}
      </p>
      <button type="button" class="button primary" onClick={onCopyLink}>
        {copied ? meeting.linkCopied : meeting.copyLink}
      </button>
    </div>
  );
}

function useShortcuts(actions: Readonly<Record<Shortcut, () => void>>): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const shortcut = shortcutOf({ ...keyOf(event), typing: isTyping(event.target) });
      if (!shortcut || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      actions[shortcut]();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  });
}

function keyOf({ key, ctrlKey, metaKey, altKey, repeat }: KeyboardEvent) {
  return { key, ctrlKey, metaKey, altKey, repeat };
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
