import type { Http2Session } from "node:http2";
import type { Scope } from "#base";

const PING_EVERY_MS = 1200;
/** Rounds without an answer before the link counts as dead: after 3.6 to 4.8 s. */
const MAX_MISSED = 3;

/** Pings the other end, so that a link over which nothing comes back is noticed by both, and destroys it then. */
export function keepAlive(scope: Scope, session: Http2Session): void {
  let missed = 0;
  // Rounds are counted and not time, so that an answer that waits behind a long task of our own is not missed.
  scope.every(PING_EVERY_MS, () => {
    if (missed >= MAX_MISSED) return session.destroy(new Error(`no answer to ${MAX_MISSED} pings`));
    missed++;
    if (!session.destroyed) session.ping(() => (missed = 0));
  });
}
