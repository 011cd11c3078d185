import { useEffect, useState } from "preact/hooks";
import type { LiveState } from "../../server/live.ts";

/** Milliseconds. */
const SECOND = 1000;

/** The server's clock, a second at a time, between two of its answers: countdowns run on. */
export function useServerClock(live: LiveState<{ readonly now: number }>): number {
  const [own, setOwn] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setOwn(Date.now()), SECOND);
    return () => clearInterval(timer);
  }, []);
  if (live.state !== "known") return own;
  return live.value.now + Math.max(0, own - live.at);
}

/** Whole seconds until then, at least 0. */
export function secondsUntil(at: number, now: number): number {
  return Math.max(0, Math.ceil((at - now) / SECOND));
}
