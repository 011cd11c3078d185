import { useEffect, useState } from "preact/hooks";
import type { Snapshot } from "../call/diagnostics.ts";
import { groupCallId } from "../model/call-id.ts";
import type { Meeting, OwnMedia } from "../model/meeting.ts";
import { type Shortcut, shortcutOf } from "../model/shortcuts.ts";
import { Banners } from "./banners.tsx";
import { Controls } from "./controls.tsx";
import { ConnectionDetails } from "./details.tsx";
import { DeviceChoices } from "./device-choices.tsx";
import { CheckIcon, LinkIcon } from "./icons.tsx";
import { Panel, type PanelName, PeopleList } from "./panels.tsx";
import { Stage } from "./stage.tsx";
import { useStrings } from "./strings.ts";
import { Toasts, useToasts } from "./toasts.tsx";
import { useWakeLock } from "./use-wake-lock.ts";

interface Props {
  readonly meeting: Meeting;
  readonly diagnostics: () => Snapshot;
  /** Open from the start. */
  readonly opened?: PanelName;
}

export function MeetingPage({ meeting, diagnostics, opened }: Props) {
  const strings = useStrings();
  const [panel, setPanel] = useState<PanelName | undefined>(opened);
  const [linkCopied, setLinkCopied] = useState(false);
  const { toasts, say } = useToasts(meeting);
  const people = meeting.people.value;
  useWakeLock();

  const toggle = (what: keyof OwnMedia) => {
    const on = !meeting.own.value[what];
    meeting.set(what, on).then(
      () => what === "mic" && say(on ? strings.meeting.you_unmuted : strings.meeting.you_muted),
      (thrown: unknown) => {
        const dismissed = what === "screen" && (thrown as Partial<Error>)?.name === "NotAllowedError";
        if (!dismissed) say(what === "screen" ? strings.meeting.shareFailed : strings.meeting.deviceFailed);
      },
    );
  };
  const togglePanel = (name: PanelName) => setPanel(panel === name ? undefined : name);
  const copyLink = () =>
    void navigator.clipboard?.writeText(meeting.link).then(
      () => {
        setLinkCopied(true);
        setTimeout(() => setLinkCopied(false), 2500);
      },
      () => {},
    );
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
      <header class="meeting-head">
        <h1>{meeting.space.name}</h1>
        <p>{groupCallId(meeting.space.callId)}</p>
        <button type="button" class="copy-link" onClick={copyLink} data-testid="copy-link">
          {linkCopied ? <CheckIcon /> : <LinkIcon />}
          <span>{linkCopied ? strings.meeting.linkCopied : strings.meeting.copyLink}</span>
        </button>
      </header>
      <Banners meeting={meeting} onStopShare={() => toggle("screen")} />
      <div class="meeting-stage">
        <Stage people={people} />
        {people.length === 1 && <Alone onCopyLink={copyLink} copied={linkCopied} />}
      </div>
      {panel === "people" && (
        <Panel name="people" title={strings.meeting.inMeeting(people.length)} onClose={() => setPanel(undefined)}>
          <PeopleList meeting={meeting} />
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
      <Controls meeting={meeting} panel={panel} onToggle={toggle} onPanel={togglePanel} />
      <Toasts toasts={toasts} />
    </main>
  );
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
      if (!shortcut) return;
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
