import { useEffect, useState } from "preact/hooks";
import type { FoundUser, Member, Space } from "../../model/portal.ts";
import { Dialog } from "../dialog.tsx";
import { Field } from "../field.tsx";
import { usePortal } from "./context.ts";
import { Problem } from "./parts.tsx";
import { useAction } from "./use-request.ts";

/** As the server wants it. */
const LEAST_LETTERS = 3;
/** After which a name counts as typed, in ms. */
const TYPING_PAUSE = 300;

interface Props {
  readonly space: Space;
  readonly members: readonly Member[];
  readonly onClose: () => void;
  readonly onChanged: () => void;
}

/** Looks people up and adds them, one after another. */
export function AddMember({ space, members, onClose, onChanged }: Props) {
  const { api, strings, say } = usePortal();
  const text = strings.members;
  const [query, setQuery] = useState("");
  const [found, setFound] = useState<readonly FoundUser[]>();
  const { failure, run } = useAction();
  const adding = useAction();
  const wanted = query.trim();
  useEffect(() => {
    if (wanted.length < LEAST_LETTERS) return setFound(undefined);
    const timer = setTimeout(() => void run(async () => setFound(await api.lookup(wanted))), TYPING_PAUSE);
    return () => clearTimeout(timer);
  }, [wanted]);
  const add = ({ userJid, name }: FoundUser) =>
    void adding.run(async () => {
      await api.addMember(space.id, userJid, {});
      say(text.added(name));
      onChanged();
    });
  return (
    <Dialog title={text.addTitle} onClose={onClose} testid="add-member-dialog">
      <Field label={text.search} hint={text.searchHint}>
        {(given) => (
          <input
            {...given}
            type="search"
            name="query"
            autoComplete="off"
            maxLength={100}
            value={query}
            onInput={(event) => setQuery(event.currentTarget.value)}
          />
        )}
      </Field>
      <p class={found?.length === 0 ? "soft" : "unseen"} role="status">
        {found && (found.length === 0 ? text.nobody : text.found(found.length))}
      </p>
      <Problem failure={failure ?? adding.failure} />
      <ul class="found">
        {found?.map((user) => (
          <li key={user.userJid}>
            <span class="people-name">
              {user.name}
              <small>{user.userJid}</small>
            </span>
            {members.some(({ userJid }) => userJid === user.userJid) ? (
              <span class="soft">{text.isMember}</span>
            ) : (
              <button
                type="button"
                class="button primary small"
                aria-label={text.addName(user.name)}
                aria-disabled={adding.busy}
                onClick={() => add(user)}
                data-testid="add-this"
              >
                {text.addShort}
              </button>
            )}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
