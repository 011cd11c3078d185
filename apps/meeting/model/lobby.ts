/** Milliseconds until the lobby is asked again after `failures` failed tries in a row. The server forgets after 40 s. */
export function retryDelay(failures: number): number {
  return Math.min(1000 * 2 ** Math.max(0, failures - 1), 8000);
}

/** Time as people say it: whole seconds below a minute, then minutes, then hours and minutes. */
export function timeWaited(ms: number): { readonly hours: number; readonly minutes: number; readonly seconds: number } {
  const all = Math.max(0, Math.floor(ms / 1000));
  return { hours: Math.floor(all / 3600), minutes: Math.floor(all / 60) % 60, seconds: all % 60 };
}
