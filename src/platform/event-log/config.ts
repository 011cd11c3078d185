import { z } from "zod";
import { path } from "#base";

const syslogTarget = z.strictObject({
  host: z.string().min(1).max(253).describe("name or address of the syslog server"),
  port: z.int().min(1).max(65535).optional().describe("its port; 514 for UDP and TCP, 6514 for TLS if left out"),
  transport: z.enum(["udp", "tcp", "tls"]).default("udp").describe("RFC 5426, RFC 6587 or RFC 5425"),
  ca: path()
    .optional()
    .describe("certificates of the authorities that its certificate may be from (PEM); the system's if left out"),
  minimumLevel: z.enum(["info", "warning", "error"]).default("info").describe("least level that is sent"),
  facility: z
    .enum(["user", "daemon", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"])
    .default("local0")
    .describe("facility of the messages"),
});

/** `eventLog` of a role's file. */
export const eventLogSection = z
  .strictObject({
    folder: path().default("event-log").describe("where the event log is stored"),
    maxBytes: z
      .int()
      .min(65_536)
      .max(1_073_741_824)
      .default(10_485_760)
      .describe("size of one file in bytes; the next one is begun before it would be larger"),
    files: z.int().min(2).max(1000).default(10).describe("how many files are kept"),
    privacy: z
      .boolean()
      .default(false)
      .describe("write IPv4 addresses as their /24 and IPv6 addresses as their /48 only"),
    syslog: z.array(syslogTarget).max(8).default([]).describe("syslog servers to which every line goes as well"),
  })
  .prefault({});

export type EventLogConfig = z.output<typeof eventLogSection>;
export type SyslogConfig = z.output<typeof syslogTarget>;
