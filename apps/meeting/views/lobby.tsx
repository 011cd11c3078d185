import { useEffect, useRef, useState } from "preact/hooks";
import type { LobbyWait } from "../call/lobby-wait.ts";
import type { Preview } from "../devices/preview.ts";
import { timeWaited } from "../model/lobby.ts";
import { Brand } from "./icons.tsx";
import { PreviewPanel } from "./preview.tsx";
import { type Strings, useStrings } from "./strings.ts";

/** What the page needs of a wait. */
export type Waited = Pick<LobbyWait, "space" | "why" | "trouble" | "since" | "leave">;

/** The waiting room: why one waits, for how long, and one's own picture meanwhile. */
export function Lobby({ wait, preview }: { readonly wait: Waited; readonly preview: Preview }) {
  const { lobby } = useStrings();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  const why = wait.why.value;
  return (
    <main class="landing" data-testid="lobby" data-why={why}>
      <header class="landing-head">
        <Brand />
      </header>
      <PreviewPanel preview={preview} />
      <section class="card landing-card lobby-card">
        <div class="lobby-title">
          <p class="over-title">{wait.space.name}</p>
          <h1 ref={heading} tabIndex={-1}>
            {lobby.why[why]}
          </h1>
        </div>
        <div class="lobby-dots" aria-hidden="true">
          <i />
          <i />
          <i />
        </div>
        <p role="status">
          {lobby.next[why]} {lobby.unheard}
        </p>
        <div role="status">
          {wait.trouble.value && (
            <p class="preview-problem" data-testid="lobby-trouble">
              {lobby.trouble}
            </p>
          )}
        </div>
        <Elapsed since={wait.since} />
        <button type="button" class="button quiet large" onClick={() => wait.leave()} data-testid="lobby-leave">
          {lobby.leave}
        </button>
      </section>
    </main>
  );
}

function Elapsed({ since }: { readonly since: number }) {
  const strings = useStrings();
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return <p class="fine">{strings.lobby.waited(waitedText(now - since, strings))}</p>;
}

export function waitedText(ms: number, { lobby }: Strings): string {
  const { hours, minutes, seconds } = timeWaited(ms);
  if (hours > 0) return [lobby.hours(hours), ...(minutes > 0 ? [lobby.minutes(minutes)] : [])].join(" ");
  return minutes > 0 ? lobby.minutes(minutes) : lobby.seconds(seconds);
}
