/** A request target in the one form that both decides and travels. */
export type Target =
  | { readonly ok: true; readonly path: string /** With its "?", or "". */; readonly query: string }
  | { readonly ok: false; readonly reason: string };

/**
 * Characters that proxies and servers are known to read differently in a path. None has a use in a meeting link, so they
 * are refused and not repaired: backslash (IIS), ";" (path parameters), "#" (cut by some), and encoded "/", "\" and
 * control characters.
 */
const REFUSED: readonly { readonly pattern: RegExp; readonly reason: string }[] = [
  { pattern: /[^\x21-\x7e]/, reason: "target holds a control, space or non-ASCII character" },
  { pattern: /#/, reason: "target holds a fragment" },
  { pattern: /^[^?]*\\/, reason: "path holds a backslash" },
  { pattern: /^[^?]*;/, reason: "path holds a semicolon" },
  { pattern: /^[^?]*%(?![0-9a-f]{2})/i, reason: "path holds a broken percent-encoding" },
  { pattern: /^[^?]*%(?:2f|5c)/i, reason: "path holds an encoded slash or backslash" },
  { pattern: /^[^?]*%(?:[01][0-9a-f]|7f)/i, reason: "path holds an encoded control character" },
];

/**
 * Normalises an origin-form target (RFC 9112 3.2.1): unreserved characters are decoded and other escapes upper-cased
 * (RFC 3986 6.2.2), empty and dot segments removed. Total: any text gives a target or the reason why not.
 */
export function normaliseTarget(raw: string): Target {
  if (!raw.startsWith("/")) return { ok: false, reason: "target is not a path" };
  for (const { pattern, reason } of REFUSED) if (pattern.test(raw)) return { ok: false, reason };
  const cut = raw.indexOf("?");
  const path = withoutDots(unreserved(cut < 0 ? raw : raw.slice(0, cut)));
  if (path === undefined) return { ok: false, reason: "path climbs above the root" };
  return { ok: true, path, query: cut < 0 ? "" : raw.slice(cut) };
}

function unreserved(path: string): string {
  return path.replace(/%([0-9a-f]{2})/gi, (triplet, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return /[A-Za-z0-9\-._~]/.test(character) ? character : triplet.toUpperCase();
  });
}

/** RFC 3986 5.2.4 with empty segments removed first, so that "/a//../b" cannot mean two things. */
function withoutDots(path: string): string | undefined {
  const kept: string[] = [];
  const segments = path.split("/").filter((segment) => segment !== "");
  for (const segment of segments) {
    if (segment === ".") continue;
    if (segment !== "..") kept.push(segment);
    else if (kept.pop() === undefined) return undefined;
  }
  const directory = /\/\.{0,2}$/.test(path) && kept.length > 0;
  return `/${kept.join("/")}${directory ? "/" : ""}`;
}
