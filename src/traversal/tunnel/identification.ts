/** What both ends say of themselves (RFC 4253 4.2): no version, which would tell strangers what to try. */
export const SOFTWARE = "Turnpike";

/** The identification of a core; the instance is a comment, random for each start, and so no secret. */
export const identificationOf = (instance: string) => `${SOFTWARE} instance=${instance}`;

/** Undefined for other software. What a peer says is only compared and shown. */
export function instanceIn(software: string, comments: string | undefined): string | undefined {
  return software === SOFTWARE ? /^instance=([0-9a-f]{16})$/.exec(comments ?? "")?.[1] : undefined;
}

/** Of another's identification, what may stand in a table. */
export const shownSoftware = (software: string) => software.replace(/[^\x21-\x7e]/g, "?").slice(0, 64);
