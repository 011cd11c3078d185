import { initials, tintOf } from "../../model/names.ts";
import type { Waiting } from "../../model/room-state.ts";
import { CheckIcon, CloseIcon } from "../icons.tsx";
import { useStrings } from "../strings.ts";
import type { Steer } from "./use-steer.ts";

/** The lobby, as those see it who may let in. */
export function WaitingList({ waiting, steer }: { readonly waiting: readonly Waiting[]; readonly steer: Steer }) {
  const { host } = useStrings();
  return (
    <section class="waiting-list" aria-labelledby="waiting-title" data-testid="waiting-list">
      <header>
        <h3 id="waiting-title" class="panel-part">
          {host.waiting} ({waiting.length})
        </h3>
        {waiting.length > 1 && (
          <button type="button" class="link" onClick={() => steer({ do: "admitAll" })} data-testid="admit-all">
            {host.admitAll}
          </button>
        )}
      </header>
      <ul class="people">
        {waiting.map((one) => (
          <li key={one.identity} data-testid="waiting" data-id={one.identity}>
            <span class={`avatar small tint-${tintOf(one.name)}`} aria-hidden="true">
              {initials(one.name)}
            </span>
            <span class="people-name">
              {one.name}
              <small>{[one.userJid ?? one.through, host.waitsBecause[one.why]].filter(Boolean).join(" · ")}</small>
            </span>
            <button
              type="button"
              class="round plain"
              aria-label={host.refuseName(one.name)}
              title={host.refuse}
              onClick={() => steer({ do: "refuse", participant: one.identity })}
              data-testid="refuse"
            >
              <CloseIcon />
            </button>
            <button
              type="button"
              class="round active small"
              aria-label={host.admitName(one.name)}
              title={host.admit}
              onClick={() => steer({ do: "admit", participant: one.identity })}
              data-testid="admit"
            >
              <CheckIcon />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
