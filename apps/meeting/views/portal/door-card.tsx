import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { groupCallId } from "../../model/call-id.ts";
import type { Door, Space } from "../../model/portal.ts";
import type { SpaceChange } from "../../portal/api.ts";
import { Confirm } from "../dialog.tsx";
import { usePortal } from "./context.ts";
import { Invitation } from "./invitation.tsx";
import { Copy, Problem } from "./parts.tsx";
import { Passcode } from "./passcode.tsx";
import { useAction } from "./use-request.ts";

interface Props {
  readonly space: Space;
  readonly door: Door;
  readonly onChanged: () => void;
}

/** One way into a space: what to send, and what to change. */
export function DoorCard({ space, door, onChanged }: Props) {
  const { strings } = usePortal();
  const text = strings.space;
  const [inviting, setInviting] = useState(false);
  const name = door.name || text.everyone;
  return (
    <section class="card door" aria-label={name} data-testid="door" data-hosts={door.forHosts}>
      <header>
        <h3>{name}</h3>
        {door.forHosts && (
          <span class="tag" title={text.hostsHint}>
            {text.hosts}
          </span>
        )}
      </header>
      {door.forHosts && <p class="fine">{text.hostsHint}</p>}
      <dl class="door-facts">
        {door.link && (
          <Fact label={text.link} value={<a href={door.link}>{door.link.replace(/^https:\/\//, "")}</a>}>
            <Copy text={door.link} what={`${text.link}, ${name}`} testid="copy-link" />
          </Fact>
        )}
        {door.callId && (
          <Fact label={text.callId} value={groupCallId(door.callId)}>
            <Copy text={groupCallId(door.callId)} what={`${text.callId}, ${name}`} />
          </Fact>
        )}
        {door.uri && (
          <Fact label={text.address} value={door.uri}>
            <Copy text={door.uri} what={`${text.address}, ${name}`} />
          </Fact>
        )}
        <PasscodeFact space={space} door={door} onChanged={onChanged} />
      </dl>
      <div class="door-actions">
        {door.link && (
          <button type="button" class="button quiet small" onClick={() => setInviting(true)} data-testid="invite">
            {text.invite}
          </button>
        )}
        <NewLink space={space} door={door} onChanged={onChanged} />
      </div>
      {inviting && <Invitation space={space} door={door} onClose={() => setInviting(false)} />}
    </section>
  );
}

interface FactProps {
  readonly label: string;
  readonly value: ComponentChildren;
  readonly children?: ComponentChildren;
}

function Fact({ label, value, children }: FactProps) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <span class="value">{value}</span>
        {children}
      </dd>
    </div>
  );
}

function PasscodeFact({ space, door, onChanged }: Props) {
  const { strings } = usePortal();
  const text = strings.space;
  const [changing, setChanging] = useState(false);
  const has = door.passcode !== undefined || door.passcodeUnknown;
  return (
    <Fact label={text.passcode} value={door.passcode ?? (has ? text.unknownPasscode : text.noPasscode)}>
      {space.permissions.canChangePasscode && (
        <button
          type="button"
          class="button quiet small"
          aria-label={`${has ? text.changePasscode : text.setPasscode}: ${text.passcode}, ${door.name || text.everyone}`}
          onClick={() => setChanging(true)}
          data-testid="change-passcode"
        >
          {has ? text.changePasscode : text.setPasscode}
        </button>
      )}
      {changing && <Passcode space={space} door={door} onClose={() => setChanging(false)} onChanged={onChanged} />}
    </Fact>
  );
}

function NewLink({ space, door, onChanged }: Props) {
  const { strings, say } = usePortal();
  const text = strings.space;
  const change = useDoorChange(space, door);
  const [asking, setAsking] = useState(false);
  const { failure, run } = useAction();
  if (!door.link || !space.permissions.canChangePasscode) return null;
  const renew = () =>
    void run(async () => {
      await change({ regenerateSecret: true });
      say(text.renewed);
      onChanged();
    });
  return (
    <>
      <button
        type="button"
        class="button quiet small"
        onClick={() => setAsking(true)}
        aria-label={`${text.renew}: ${door.name || text.everyone}`}
        data-testid="renew-link"
      >
        {text.renew}
      </button>
      <Problem failure={failure} />
      {asking && (
        <Confirm
          title={text.renewTitle}
          text={text.renewText}
          action={text.renew}
          cancel={strings.frame.cancel}
          onClose={() => setAsking(false)}
          onConfirm={renew}
        />
      )}
    </>
  );
}

/** Changes the space itself or its access method, whichever the way in is. */
export function useDoorChange(space: Space, door: Door): (change: SpaceChange) => Promise<void> {
  const { api } = usePortal();
  return async (change) => {
    if (door.id) await api.changeDoor(space.id, door.id, change, door.version);
    else await api.changeSpace(space.id, change, space.version);
  };
}
