import type { Alarms } from "#alarms";
import type { EventLog } from "#event-log";
import { LdapFailure, type LdapServer } from "./connection.ts";

const ALARM = "ldapUnavailable";

/** Raises and clears the alarm of an LDAP server as it is used. */
export class LdapHealth {
  readonly #alarms: Alarms;
  readonly #events: EventLog;
  readonly #down = new Set<string>();

  constructor(alarms: Alarms, events: EventLog) {
    this.#alarms = alarms;
    this.#events = events;
  }

  async watch<T>(server: LdapServer, use: () => Promise<T>): Promise<T> {
    const subject = { noun: "ldapServer", id: server.id };
    const { address, portNumber, secure, startTls, username } = server;
    const how = secure ? "TLS" : startTls ? "StartTLS" : "not encrypted";
    this.#events.trace(
      "ldap",
      () => `connecting to "${address}" port ${portNumber} (${how}) as ${username ?? "nobody"}`,
    );
    try {
      const result = await use();
      this.#alarms.clear(ALARM, subject);
      if (this.#down.delete(server.id)) this.#events.write("info", `LDAP server "${server.address}" answers again`);
      return result;
    } catch (error) {
      if (error instanceof LdapFailure) {
        const { reason, message: text, remedy } = error;
        this.#alarms.raise({ type: ALARM, subject, failureReason: reason, text, remedy });
        this.#events.write("warning", `connection to LDAP server "${server.address}" failed (${reason}): ${text}`);
        this.#down.add(server.id);
      }
      throw error;
    }
  }
}
