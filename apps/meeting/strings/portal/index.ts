import type { AskFailure } from "../../portal/ask.ts";
import { type PortalStrings, portalEn } from "./en.ts";
import { portalPtBR } from "./pt-BR.ts";

export type { PortalStrings } from "./en.ts";

export function portalStrings(language: string): PortalStrings {
  return language === "pt-BR" ? portalPtBR : portalEn;
}

/** What went wrong, in the reader's language; the server's own sentence for a code that came after this app. */
export function failureText(
  { code, said, field }: Pick<AskFailure, "code" | "said" | "field">,
  strings: PortalStrings,
) {
  const { failures, fields } = strings;
  const isTaken = code === "PORTAL_TAKEN" && field !== "userJid";
  if (field && field in fields && !isTaken) return fields[field as keyof typeof fields];
  if (!code) return failures.noAnswer;
  return code in failures ? failures[code as keyof typeof failures] : said || failures.unknown;
}
