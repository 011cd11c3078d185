/** The longest Meeting ID that a server takes; usual are nine digits. */
const LONGEST_ID = 40;
const LONGEST_URI = 200;

/** The digits of what was typed or pasted. */
export function callIdDigits(text: string): string {
  return text.replace(/\D/g, "").slice(0, LONGEST_ID);
}

export function isCallId(text: string): boolean {
  return /^\d{1,40}$/.test(text);
}

/** "123456789" as people read it out: "123 456 789". Anything but digits is no Meeting ID and stays as it is. */
export function groupCallId(text: string): string {
  return isIdLike(text) ? callIdDigits(text).replace(/(\d{3})(?=\d)/g, "$1 ") : text;
}

/** Digits and what people put between them: as long as nothing else was typed, it may become a Meeting ID. */
function isIdLike(text: string): boolean {
  return /^[\d\s.\-–()]*$/.test(text);
}

/** Regroups a field while it is edited, and keeps the caret behind the same digit. An address is left as it is typed. */
export function editCallId(text: string, caret: number): { readonly text: string; readonly caret: number } {
  if (!isIdLike(text)) return { text, caret };
  const before = callIdDigits(text.slice(0, caret)).length;
  return { text: groupCallId(text), caret: before + Math.max(0, Math.ceil(before / 3) - 1) };
}

/** Which meeting: by its Meeting ID, or by its video address. */
export type Where = { readonly callId: string } | { readonly uri: string };

/** "123 456 789", "anna.meet", "anna.meet@example.com", "sip:anna.meet@example.com"; undefined for what is neither. */
export function whereOf(text: string): Where | undefined {
  const trimmed = text.trim();
  if (isIdLike(trimmed)) {
    const callId = callIdDigits(trimmed);
    return isCallId(callId) ? { callId } : undefined;
  }
  const uri = trimmed.replace(/^sips?:/i, "");
  return uri.length <= LONGEST_URI && /^[^\s@"<>]+(@[^\s@"<>]+)?$/u.test(uri) ? { uri } : undefined;
}

export interface Entry {
  readonly callId?: string;
  readonly secret?: string;
  /** What to send to guests instead of the link by which one came oneself. */
  readonly share?: string;
}

/** Where a link of this server leads: `/meeting/<callId>?secret=<secret>`; anything else is the landing page. */
export function entryOf(path: string, search: string): Entry {
  const callId = /^\/meeting\/(\d{1,40})\/?$/.exec(path)?.[1];
  if (!callId) return {};
  const secret = new URLSearchParams(search).get("secret");
  return secret ? { callId, secret } : { callId };
}

/** What someone pasted into the Meeting ID field: a whole link, or nine digits in any grouping. */
export function entryOfPaste(text: string): Entry {
  const link = /\/meeting\/\d{1,40}[^\s"<>]*/.exec(text)?.[0];
  if (link) {
    const [path = "", search = ""] = link.split("?", 2);
    return entryOf(path, search.replace(/#.*$/, ""));
  }
  const digits = text.replace(/\D/g, "");
  return /^\d{9}$/.test(digits) ? { callId: digits } : {};
}

/** "/" for a meeting that is known by its address only. */
export function linkPath(entry: { readonly callId?: string; readonly secret?: string | undefined }): string {
  if (!entry.callId) return "/";
  const query = entry.secret ? `?${new URLSearchParams({ secret: entry.secret })}` : "";
  return `/meeting/${entry.callId}${query}`;
}
