import type { JoinHostBody, JoinHostView } from "./answers.ts";

export interface JoinHostDraft {
  readonly host: string;
  readonly target: string;
  readonly trust: "system" | "ca" | "certificate";
  readonly trustFile: string;
  readonly whip: boolean;
  readonly automaticRules: boolean;
  readonly enabled: boolean;
}

const TRUSTS = { system: "system", authorities: "ca", pinned: "certificate" } as const;

export function joinHostDraft(joinHost: JoinHostView | undefined): JoinHostDraft {
  return {
    host: joinHost?.host ?? "",
    target: joinHost?.target ?? "",
    trust: TRUSTS[joinHost?.trust ?? "system"],
    trustFile: joinHost?.trustFile ?? "",
    whip: joinHost?.whip ?? false,
    automaticRules: joinHost?.automaticRules ?? true,
    enabled: joinHost?.enabled ?? true,
  };
}

/** What is sent; an empty text takes the key away. */
type JoinHostValues = Omit<JoinHostBody, "revision" | "host">;

/** Of a new one: without what is left to its default. */
export function newJoinHost(draft: JoinHostDraft): JoinHostBody {
  const entries = Object.entries(valuesOf(draft)).filter(([, value]) => value !== "");
  return { host: draft.host.trim().toLowerCase(), ...Object.fromEntries(entries) };
}

/** Of one that is there: only what differs, so that its files stay named as they are. */
export function joinHostChange(before: JoinHostView, draft: JoinHostDraft): JoinHostValues {
  const old: Readonly<Record<string, unknown>> = valuesOf(joinHostDraft(before));
  return Object.fromEntries(Object.entries(valuesOf(draft)).filter(([key, value]) => old[key] !== value));
}

function valuesOf({ target, trust, trustFile, whip, automaticRules, enabled }: JoinHostDraft) {
  return {
    ...{ whip, automaticRules, enabled, target: target.trim() },
    ca: trust === "ca" ? trustFile.trim() : "",
    certificate: trust === "certificate" ? trustFile.trim() : "",
  };
}

const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const HOST = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);

/** Lower case. RFC 1123 2.1. */
export function isHostName(text: string): boolean {
  return text.length <= 253 && HOST.test(text);
}
