/** Milliseconds after which nothing is known. */
const PATIENCE = 4000;
const NO_SUCH_CALL = 404;

/** Whether the server no longer knows the call of this token. Never rejects: a server that cannot be asked says nothing. */
export async function isCallGone(token: string): Promise<boolean> {
  try {
    const { status } = await fetch("/rtc/v1/validate", {
      headers: { Authorization: `Bearer ${token}` },
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE),
    });
    return status === NO_SUCH_CALL;
  } catch {
    return false;
  }
}
