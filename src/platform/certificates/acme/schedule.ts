import type { X509Certificate } from "node:crypto";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/**
 * The waits grow by this: one minute, three, nine ... six hours. So there are at most five tries in the first hour, which is
 * what public authorities allow to fail for a name.
 */
const FACTOR = 3;
const FIRST_MS = MINUTE_MS;
const LONGEST_MS = 6 * HOUR_MS;
/** Waits are up to this much longer, so that machines that failed together do not come back together. */
const JITTER = 0.2;
/** An ACME server may ask for no longer wait than that: an answer must not end renewal for good. */
const LONGEST_ASKED_MS = 7 * 24 * HOUR_MS;

/** Ms to wait after so many failures in a row, at least what the server asked for; `random` is from 0 to 1. */
export function waitMs(failures: number, askedMs: number, random: number): number {
  const base = Math.min(FIRST_MS * FACTOR ** Math.min(failures - 1, 20), LONGEST_MS);
  return Math.max(base, Math.min(askedMs, LONGEST_ASKED_MS)) * (1 + JITTER * random);
}

/** When a third of its life is left. */
export function renewAt(leaf: Pick<X509Certificate, "validFromDate" | "validToDate">): number {
  const [from, to] = [leaf.validFromDate.getTime(), leaf.validToDate.getTime()];
  return to - (to - from) / 3;
}

/** Retry-After (RFC 9110 10.2.3), seconds or a date, as ms from now; 0 if there is none. */
export function retryAfterMs(header: unknown, now: number): number {
  if (typeof header !== "string") return 0;
  const ms = /^\d{1,9}$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) && ms > 0 ? ms : 0;
}
