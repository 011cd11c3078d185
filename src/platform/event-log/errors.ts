import { type ErrorTable, errorsOf } from "#base";

export const eventLogErrors = {
  EVENT_LOG_NO_SUCH_SUBSYSTEM: {
    kind: "user",
    text: 'there is no subsystem "{subsystem}" to trace',
    remedy: "use one of {known}",
  },
  EVENT_LOG_BAD_DURATION: {
    kind: "user",
    text: '"{minutes}" is not a time for detailed tracing',
    remedy: "give whole minutes from 0 (off) to 1440",
  },
  EVENT_LOG_UNREADABLE: {
    kind: "system",
    text: "the event log in {folder} cannot be read ({why})",
    remedy: "check that the folder exists, that this process may read it, and that its disk works",
  },
  EVENT_LOG_BAD_SYSLOG_CA: {
    kind: "config",
    text: "eventLog.syslog: the CA certificates in {file} cannot be read ({why})",
    remedy:
      "set `ca` to a PEM file with the certificates of the authorities that the syslog server's certificate is from",
  },
} as const satisfies ErrorTable;

export const fail = errorsOf(eventLogErrors);
