import type { EventEntry } from "../model/answers.ts";
import type { Server } from "./server.ts";

/** Before a stream that ended is opened again. Milliseconds. */
const AGAIN_AFTER = 2000;

/**
 * New lines of the event log for as long as wanted: a stream that ends is opened again after the last line seen, so
 * that none is missing. `path` makes the address for lines after a sequence.
 */
export function followEvents(
  server: Server,
  path: (after: number) => string,
  start: number,
  { onEntry, onState }: { onEntry(entry: EventEntry): void; onState(state: "connecting" | "live"): void },
): () => void {
  let [last, stopped] = [start, false];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stop = () => {};
  const open = () => {
    onState("connecting");
    stop = server.follow(path(last), {
      onOpen: () => onState("live"),
      onMessage: (data) => {
        const entry = JSON.parse(data) as EventEntry;
        last = Math.max(last, entry.sequence);
        onEntry(entry);
      },
      onEnd: () => {
        if (!stopped) timer = setTimeout(() => void again(), AGAIN_AFTER);
        onState("connecting");
      },
    });
  };
  /** A stream does not say why it was refused; a question does, and the session's end is noticed. */
  const again = async () => {
    const isThere = await server.get("/api/session", true).then(
      () => true,
      () => false,
    );
    if (stopped) return;
    if (isThere) open();
    else timer = setTimeout(() => void again(), AGAIN_AFTER);
  };
  open();
  return () => {
    stopped = true;
    clearTimeout(timer);
    stop();
  };
}
