import { useEffect, useRef, useState } from "preact/hooks";
import { groupCallId } from "../../model/call-id.ts";
import { type SpaceLine, spacesMatching, wayIn } from "../../model/portal.ts";
import { spacePath } from "../../model/route.ts";
import { PlusIcon } from "../icons.tsx";
import { usePortal } from "./context.ts";
import { CreateSpace } from "./create-space.tsx";
import { Go } from "./go.tsx";
import { Problem, Shown } from "./parts.tsx";
import { useAction, useLoaded } from "./use-request.ts";

/** From so many spaces on, a search helps. */
const WORTH_SEARCHING = 4;

/** All spaces of a user. */
export function SpacesPage() {
  const { api, strings } = usePortal();
  const [loaded, reload] = useLoaded(() => api.spaces(), "spaces");
  const [creating, setCreating] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <>
      <div class="page-head">
        <h1 ref={heading} tabIndex={-1}>
          {strings.spaces.title}
        </h1>
        <button type="button" class="button primary" onClick={() => setCreating(true)} data-testid="new-space">
          <PlusIcon />
          {strings.spaces.create}
        </button>
      </div>
      <Shown of={loaded} onRetry={reload}>
        {(spaces) => (spaces.length === 0 ? <NoSpaces /> : <SpaceList spaces={spaces} />)}
      </Shown>
      {creating && <CreateSpace onClose={() => setCreating(false)} />}
    </>
  );
}

function NoSpaces() {
  const { strings } = usePortal();
  return (
    <div class="empty" data-testid="no-spaces">
      <h2>{strings.spaces.none}</h2>
      <p>{strings.spaces.noneLead}</p>
    </div>
  );
}

function SpaceList({ spaces }: { readonly spaces: readonly SpaceLine[] }) {
  const { strings } = usePortal();
  const [query, setQuery] = useState("");
  const found = spacesMatching(spaces, query);
  return (
    <>
      {spaces.length >= WORTH_SEARCHING && (
        <input
          type="search"
          class="input"
          aria-label={strings.spaces.search}
          placeholder={strings.spaces.search}
          value={query}
          onInput={(event) => setQuery(event.currentTarget.value)}
          data-testid="space-search"
        />
      )}
      <p class={query ? "soft" : "unseen"} role="status">
        {found.length === 0 ? strings.spaces.noMatch : strings.spaces.count(found.length)}
      </p>
      <ul class="space-list" data-testid="space-list">
        {found.map((space) => (
          <SpaceRow key={space.id} space={space} />
        ))}
      </ul>
    </>
  );
}

function SpaceRow({ space }: { readonly space: SpaceLine }) {
  const { api, strings, state, say } = usePortal();
  const { busy, failure, run } = useAction();
  const join = () =>
    void run(async () => {
      const way = wayIn(await api.space(space.id));
      if (way) state.goToMeeting(way.link, way.share);
      else say(strings.spaces.noWayIn);
    });
  const facts = [space.callId && groupCallId(space.callId), space.uri, !space.owner && strings.spaces.member];
  return (
    <li class="card space-row" data-testid="space">
      <div class="space-row-text">
        <h2>
          <Go to={spacePath(space.id)} class="space-link">
            {space.name}
          </Go>
        </h2>
        <p class="soft">{facts.filter(Boolean).join(" · ")}</p>
        <Problem failure={failure} />
      </div>
      <button
        type="button"
        class="button quiet"
        aria-label={strings.spaces.joinName(space.name)}
        aria-disabled={busy}
        onClick={join}
        data-testid="join-space"
      >
        {strings.spaces.join}
      </button>
    </li>
  );
}
