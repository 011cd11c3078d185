import type { EndReason } from "../model/meeting.ts";
import { Brand } from "./icons.tsx";
import { useStrings } from "./strings.ts";

interface Props {
  readonly reason: EndReason;
  readonly space: string;
  readonly onRejoin: () => void;
  readonly onHome: () => void;
}

export function Ended({ reason, space, onRejoin, onHome }: Props) {
  const strings = useStrings();
  return (
    <main class="sheet">
      <Brand />
      <section class="card ended" data-testid="ended" data-reason={reason}>
        <p class="over-title">{space}</p>
        <h1>{reason === "left" ? strings.ended.leftTitle : strings.ended.endedTitle}</h1>
        <p class="lead" role="status">
          {strings.ended[reason]}
        </p>
        <div class="actions">
          <button type="button" class="button primary" onClick={onRejoin} data-testid="rejoin">
            {strings.ended.rejoin}
          </button>
          <button type="button" class="button quiet" onClick={onHome}>
            {strings.ended.home}
          </button>
        </div>
      </section>
    </main>
  );
}
