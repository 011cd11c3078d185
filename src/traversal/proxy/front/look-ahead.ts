import type { Duplex } from "node:stream";
import type { Scope } from "#base";

/** What a stream may bring before it must be clear what it is, bytes: a ClientHello with post-quantum keys has 2000. */
const MAX_LOOK = 16 * 1024;

/**
 * Looks at the start of a stream until `judge` knows what it is, puts every byte back and calls `then`. A stream that
 * ends before, takes over `withinMs` in all or brings too much is closed instead: a trickle of bytes gains no time. `tricked`
 * is told of one that was closed for its time or its size after it had begun to speak.
 */
export function lookAhead<T>(
  scope: Scope,
  stream: Duplex,
  withinMs: number,
  judge: (bytes: Uint8Array) => T | undefined,
  then: (verdict: T) => void,
  tricked: () => void = () => {},
): void {
  let seen: Buffer | undefined;
  const look = () => {
    const chunk = stream.read() as Buffer | null;
    if (!chunk) return;
    seen = seen ? Buffer.concat([seen, chunk]) : chunk;
    const verdict = judge(seen);
    if (verdict === undefined) {
      if (seen.length >= MAX_LOOK) giveUp();
      return;
    }
    stop();
    stream.unshift(seen);
    then(verdict);
  };
  const giveUp = () => {
    if (seen) tricked();
    stream.destroy();
  };
  const stop = () => {
    timer.cancel();
    stream.off("readable", look);
    stream.off("close", stop);
  };
  const timer = scope.after(withinMs, giveUp);
  stream.on("readable", look);
  stream.once("close", stop);
  // What an earlier look has put back is not always announced again.
  if (stream.readableLength > 0) look();
}
