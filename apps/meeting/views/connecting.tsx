import { useEffect } from "preact/hooks";
import type { Attempt } from "../call/attempt.ts";
import { stepsOf } from "../model/steps.ts";
import { Brand } from "./icons.tsx";
import { Road } from "./road.tsx";
import { useStrings } from "./strings.ts";

/** What a join shows of itself while it goes on. */
export type Going = Pick<Attempt, "progress" | "space" | "cancel">;

export function Connecting({ attempt }: { readonly attempt: Going }) {
  const strings = useStrings();
  const { current } = attempt.progress.value;
  const space = attempt.space.value;
  useEffect(() => {
    const dismiss = (event: KeyboardEvent) => event.key === "Escape" && attempt.cancel();
    document.addEventListener("keydown", dismiss);
    return () => document.removeEventListener("keydown", dismiss);
  }, [attempt]);
  return (
    <main class="sheet">
      <Brand />
      <section class="card">
        <h1>{space ? strings.connecting.titleTo(space) : strings.connecting.title}</h1>
        <Road steps={stepsOf(attempt.progress.value)} />
        <p class="unseen" role="status">
          {strings.steps[current]}
        </p>
        <div class="actions">
          <button type="button" class="button quiet" onClick={() => attempt.cancel()}>
            {strings.connecting.cancel}
          </button>
        </div>
      </section>
    </main>
  );
}
