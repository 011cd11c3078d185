import type { Protocol } from "./rule.ts";
import { normaliseTarget } from "./target.ts";

/** A URL of a rule or of a question, taken apart by hand: the URL class would repair what must be seen. */
export type AskedUrl =
  | {
      readonly ok: true;
      readonly protocol: Protocol;
      readonly host: string;
      readonly port: number;
      /** Normalised. */
      readonly path: string;
      /** As it was given. */
      readonly rawPath: string;
      readonly query: string;
    }
  | { readonly ok: false; readonly reason: string };

const FORM = /^([a-z][a-z0-9+.-]*):\/\/([^/?#\\]*)(.*)$/is;
const AUTHORITY = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)(?::(\d{1,5}))?$/i;

const OTHER_SCHEME: Readonly<Record<string, string>> = {
  http: "plain http never passes (the edge answers it with a redirect): write https://",
  ws: "plain ws never passes: write wss://",
};

export function parseUrl(text: string): AskedUrl {
  const [, scheme, authority, rest] = FORM.exec(text) ?? [];
  if (scheme === undefined || authority === undefined)
    return { ok: false, reason: "not a URL such as https://join.example.com/path" };
  const protocol = scheme.toLowerCase();
  if (protocol !== "https" && protocol !== "wss")
    return { ok: false, reason: OTHER_SCHEME[protocol] ?? `${protocol}:// never passes, only https:// and wss:// do` };
  const [, host, digits] = AUTHORITY.exec(authority) ?? [];
  const port = Number(digits ?? 443);
  if (host === undefined || port < 1 || port > 65_535)
    return {
      ok: false,
      reason: authority.includes("@") ? "a name before @ has no meaning here" : "host or port is none",
    };
  const target = normaliseTarget(rest!.startsWith("/") ? rest! : `/${rest}`);
  if (!target.ok) return target;
  const rawPath = rest!.split("?", 1)[0] || "/";
  return { ...target, protocol, host: host.toLowerCase().replace(/^\[|\]$/g, ""), port, rawPath };
}
