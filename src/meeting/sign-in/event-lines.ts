/** Lines of the event log, in the words that administrators of such servers know. */
export const lines = {
  request: (connection: string, user: string) =>
    `WB3Cmgr: AuthRequestReceived for connection id=${connection} (user=${user})`,
  successful: (jid: string, address: string) => `WB3Cmgr: successful login request from ${jid} (${address})`,
  unsuccessful: (jid: string, address: string) => `WB3Cmgr: unsuccessful login request from ${jid} (${address})`,
  limited: (jid: string, address: string, by: string) =>
    `WB3Cmgr: login request from ${jid} (${address}) not looked at: too many failed for this ${by}`,
  nobody: () => "WB3Cmgr: no user found for authorisation",
  wrongSubject: (jid: string) => `WB3Cmgr: rejecting login attempt from user '${jid}' -- authenticationId incorrect`,
  issued: (id: string, jid: string) => `WB3Cmgr: issuing JWT ID ${id} to ${jid}`,
  signedOut: (jid: string) => `WB3Cmgr: ${jid} signed out`,
  provider: (address: string, why: string) => `WB3Cmgr: login at an identity provider failed (${address}): ${why}`,
} as const;

/** What someone typed, fit for one line of a log. */
export function shown(text: string): string {
  const clean = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cf}]/gu, "?").slice(0, 254);
  return clean === "" ? "(nobody)" : clean;
}
