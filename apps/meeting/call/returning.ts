import type { Wish } from "./admission.ts";

/**
 * The access token of an earlier time in a meeting, for this tab only: after a reload or a break one comes back as the same
 * participant. Storage may be forbidden: then one comes as somebody new.
 */
export function returningToken(wish: Wish): string | undefined {
  try {
    return sessionStorage.getItem(keyOf(wish)) ?? undefined;
  } catch {
    return undefined;
  }
}

export function rememberReturning(wish: Wish, token: string): void {
  try {
    sessionStorage.setItem(keyOf(wish), token);
  } catch {
    // Nothing is lost but one's place.
  }
}

function keyOf({ callId, uri }: Wish): string {
  return `turnpike.returning.${callId ?? uri}`;
}

/** Whoever was removed may come again as somebody new. */
export function forgetReturning(wish: Wish): void {
  try {
    sessionStorage.removeItem(keyOf(wish));
  } catch {
    // There was none.
  }
}
