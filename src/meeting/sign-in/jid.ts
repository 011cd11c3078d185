import { NOUNS } from "#api-schema";

const JID = NOUNS.get("user")?.fields.find(({ name }) => name === "userJid");

/** As the noun wants it: name@domain. */
export function isJid(text: string): boolean {
  if (JID?.type !== "text") return false;
  return text.length <= JID.max && (JID.pattern?.test(text) ?? true);
}

/** Without control characters, which names have no use for. */
export function clip(text: string | undefined, max: number): string | undefined {
  const clean = text
    ?.replace(/\p{Cc}/gu, " ")
    .trim()
    .slice(0, max);
  return clean || undefined;
}
