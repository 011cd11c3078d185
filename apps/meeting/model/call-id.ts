export const CALL_ID_DIGITS = 9;

/** The digits of what was typed or pasted, at most nine. */
export function callIdDigits(text: string): string {
  return text.replace(/\D/g, "").slice(0, CALL_ID_DIGITS);
}

export function isCallId(digits: string): boolean {
  return /^\d{9}$/.test(digits);
}

/** "123456789" as people read it out: "123 456 789". */
export function groupCallId(text: string): string {
  return callIdDigits(text).replace(/(\d{3})(?=\d)/g, "$1 ");
}

/** Regroups a field while it is edited, and keeps the caret behind the same digit. */
export function editCallId(text: string, caret: number): { readonly text: string; readonly caret: number } {
  const before = Math.min(callIdDigits(text.slice(0, caret)).length, CALL_ID_DIGITS);
  return { text: groupCallId(text), caret: before + Math.max(0, Math.ceil(before / 3) - 1) };
}

export interface Entry {
  readonly callId?: string;
  readonly secret?: string;
}

/** Where a link of this server leads: `/meeting/<callId>?secret=<secret>`; anything else is the landing page. */
export function entryOf(path: string, search: string): Entry {
  const callId = /^\/meeting\/(\d{9})\/?$/.exec(path)?.[1];
  if (!callId) return {};
  const secret = new URLSearchParams(search).get("secret");
  return secret ? { callId, secret } : { callId };
}

/** What someone pasted into the Meeting ID field: a whole link, or the nine digits in any grouping. */
export function entryOfPaste(text: string): Entry {
  const link = /\/meeting\/\d{9}[^\s"<>]*/.exec(text)?.[0];
  if (link) {
    const [path = "", search = ""] = link.split("?", 2);
    return entryOf(path, search.replace(/#.*$/, ""));
  }
  const digits = text.replace(/\D/g, "");
  return isCallId(digits) ? { callId: digits } : {};
}

export function linkPath(entry: { readonly callId: string; readonly secret?: string | undefined }): string {
  const query = entry.secret ? `?${new URLSearchParams({ secret: entry.secret })}` : "";
  return `/meeting/${entry.callId}${query}`;
}
