import { useEffect, useRef, useState } from "preact/hooks";
import { doorsOf, type Space, wayIn } from "../../model/portal.ts";
import { SPACES } from "../../model/route.ts";
import { Confirm } from "../dialog.tsx";
import { usePortal } from "./context.ts";
import { DoorCard } from "./door-card.tsx";
import { EditSpace } from "./edit-space.tsx";
import { Go } from "./go.tsx";
import { Members } from "./members.tsx";
import { Problem, Shown } from "./parts.tsx";
import { useAction, useLoaded } from "./use-request.ts";

/** One space: how people come in, who may do what, and its end. */
export function SpacePage({ id }: { readonly id: string }) {
  const { api, strings } = usePortal();
  const [loaded, reload] = useLoaded(() => api.space(id), id);
  return (
    <>
      <p>
        <Go to={SPACES} class="back-link">
          ← {strings.space.back}
        </Go>
      </p>
      <Shown of={loaded} onRetry={reload}>
        {(space) => (
          <>
            <SpaceHead space={space} onChanged={reload} />
            <section class="part" aria-labelledby="doors-title">
              <h2 id="doors-title">{strings.space.doors}</h2>
              <div class="doors">
                {doorsOf(space).map((door) => (
                  <DoorCard key={door.id} space={space} door={door} onChanged={reload} />
                ))}
              </div>
              <OpenAccess space={space} onChanged={reload} />
            </section>
            <Members space={space} />
            {space.permissions.canDestroy && <DeleteSpace space={space} />}
          </>
        )}
      </Shown>
    </>
  );
}

interface Props {
  readonly space: Space;
  readonly onChanged: () => void;
}

function SpaceHead({ space, onChanged }: Props) {
  const { strings, state, say } = usePortal();
  const [editing, setEditing] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  const { canChangeName, canChangeUri } = space.permissions;
  const join = () => {
    const way = wayIn(space);
    if (way) state.goToMeeting(way.link, way.share);
    else say(strings.spaces.noWayIn);
  };
  return (
    <div class="page-head">
      <h1 ref={heading} tabIndex={-1} data-testid="space-name">
        {space.name}
      </h1>
      <div class="page-actions">
        {(canChangeName || canChangeUri) && (
          <button type="button" class="button quiet" onClick={() => setEditing(true)} data-testid="edit-space">
            {strings.space.edit}
          </button>
        )}
        <button type="button" class="button primary" onClick={join} data-testid="join-this-space">
          {strings.space.join}
        </button>
      </div>
      {editing && <EditSpace space={space} onClose={() => setEditing(false)} onChanged={onChanged} />}
    </div>
  );
}

function OpenAccess({ space, onChanged }: Props) {
  const { api, strings, say } = usePortal();
  const { busy, failure, run } = useAction();
  const may = space.permissions.canChangeNonMemberAccessAllowed;
  if (!may) return space.nonMemberAccess ? null : <p class="soft">{strings.space.openAccessOff}</p>;
  const change = (nonMemberAccess: boolean) =>
    void run(async () => {
      try {
        await api.changeSpace(space.id, { nonMemberAccess }, space.version);
        say(strings.space.saved);
      } finally {
        onChanged();
      }
    });
  return (
    <>
      <label class="switch">
        <input
          type="checkbox"
          checked={space.nonMemberAccess}
          disabled={busy}
          onChange={(event) => change(event.currentTarget.checked)}
        />
        <span>{strings.space.openAccess}</span>
      </label>
      <Problem failure={failure} />
    </>
  );
}

function DeleteSpace({ space }: { readonly space: Space }) {
  const { api, strings, state, say } = usePortal();
  const { failure, run } = useAction();
  const [asking, setAsking] = useState(false);
  const remove = () =>
    void run(async () => {
      await api.deleteSpace(space.id);
      say(strings.space.removed(space.name));
      state.go(SPACES, "replace");
    });
  return (
    <section class="part">
      <Problem failure={failure} />
      <button type="button" class="button quiet dangerous" onClick={() => setAsking(true)} data-testid="delete-space">
        {strings.space.remove}
      </button>
      {asking && (
        <Confirm
          title={strings.space.removeTitle(space.name)}
          text={strings.space.removeText}
          action={strings.space.removeYes}
          cancel={strings.frame.cancel}
          onClose={() => setAsking(false)}
          onConfirm={remove}
        />
      )}
    </section>
  );
}
