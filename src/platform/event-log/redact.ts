import ipaddr from "ipaddr.js";
import { canonicalAddress } from "#base";

const HIDDEN = "[hidden]";

// Header, payload and signature of a JWT (RFC 7519): each JSON object begins with "eyJ" in base64url.
const JWT = /(?<![\w-])eyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/g;
const NAMED =
  /\b([\w-]{0,40}(?:secret|password|passwd|passcode|token|credential|authorization|api[-_]?key)["']?\s?[=:]\s?)((?:Bearer |Basic )?(?:"[^"]*"|'[^']*'|[^\s"'&,;)]+))/gi;
const USER_INFO = /(:\/\/)[^\s/@]{1,200}@/g;

/**
 * The last line of defence against a secret in a line: what looks like `secret=…`, a JWT, or the user part of a URL is
 * blanked. Whoever writes a line must have left it out before.
 */
export function blankSecrets(text: string): string {
  return text
    .replace(JWT, HIDDEN)
    .replace(NAMED, (_, name: string) => `${name}${HIDDEN}`)
    .replace(USER_INFO, `$1${HIDDEN}@`);
}

/** `privacy: true`: IPv4 addresses become their /24, IPv6 addresses their /48, wherever they stand in the text. */
export function shortenAddresses(text: string): string {
  return text.replace(V6, shortenV6).replace(V4, (whole, offset: number, all: string) => {
    const after = all.slice(offset + whole.length);
    return wideEnough(after, 24) ? whole : (shorten(whole) ?? whole);
  });
}

const V4 = /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)/g;
const V6 = /[0-9a-fA-F:.]{3,}/g;
/** Characters of the longest text form of an IPv6 address: eight groups, the last two as IPv4. */
const LONGEST_V6 = 45;

function shortenV6(run: string, offset: number, all: string): string {
  const word = run.replace(/(?<!:):$|\.+$/, "");
  if (word.length > LONGEST_V6 || !/:.*:/.test(word) || /\w/.test(all[offset - 1] ?? "")) return run;
  if (wideEnough(all.slice(offset + run.length), 48)) return run;
  const short = shorten(word);
  return short === undefined ? run : short + run.slice(word.length);
}

function shorten(address: string): string | undefined {
  const canonical = canonicalAddress(address);
  if (canonical === undefined) return undefined;
  if (!canonical.includes(":")) return `${canonical.split(".").slice(0, 3).join(".")}.0/24`;
  const groups = ipaddr.IPv6.parse(canonical).parts.slice(0, 3);
  return `${groups.map((group) => group.toString(16)).join(":")}::/48`;
}

/** It is a prefix already, and no longer than `most` bits. */
function wideEnough(after: string, most: number): boolean {
  const bits = /^\/(\d{1,3})(?!\w)/.exec(after);
  return bits !== null && Number(bits[1]) <= most;
}
