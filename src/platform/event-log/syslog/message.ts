import type { SyslogConfig } from "../config.ts";
import type { EventEntry, EventLevel } from "../contract.ts";

type Facility = SyslogConfig["facility"];

/** RFC 5424 6.2.1, table 1. */
const FACILITIES: Readonly<Record<Facility, number>> = {
  user: 1,
  daemon: 3,
  local0: 16,
  local1: 17,
  local2: 18,
  local3: 19,
  local4: 20,
  local5: 21,
  local6: 22,
  local7: 23,
};

/** RFC 5424 6.2.1, table 2. */
const SEVERITIES: Readonly<Record<EventLevel, number>> = { error: 3, warning: 4, info: 6 };

export interface SyslogSource {
  readonly host: string;
  readonly processId: number;
  readonly facility: Facility;
}

/** One line as a message of RFC 5424: no structured data; MSGID is "general" or the traced subsystem. */
export function syslogMessage(entry: EventEntry, source: SyslogSource): Buffer {
  const priority = FACILITIES[source.facility] * 8 + SEVERITIES[entry.level];
  const time = new Date(entry.at).toISOString();
  const header = [
    `<${priority}>1`,
    time,
    token(source.host, 255),
    "turnpike",
    token(String(source.processId), 128),
    token(entry.subsystem, 32),
    "-",
  ].join(" ");
  // 6.4: text in UTF-8 must begin with the BOM; pure ASCII needs none, and old receivers would show it.
  const mark = /^[\x20-\x7e]*$/.test(entry.text) ? "" : "\ufeff";
  return Buffer.from(`${header} ${mark}${entry.text}`, "utf8");
}

/** RFC 5424 6: header fields are printable ASCII without spaces, "-" if there is none. */
function token(text: string, most: number): string {
  return text.replace(/[^\x21-\x7e]/g, "_").slice(0, most) || "-";
}

/** RFC 6587 3.4.1 and RFC 5425 4.3: the length in octets, a space, the message. */
export function counted(message: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${message.length} `), message]);
}

/** RFC 5426 3.2: receivers should take 2048 octets. Cut between two characters (RFC 5424 6.1). */
export function datagram(message: Buffer): Buffer {
  if (message.length <= LONGEST_DATAGRAM) return message;
  let end = LONGEST_DATAGRAM;
  while ((message[end]! & 0xc0) === 0x80) end--;
  return message.subarray(0, end);
}

const LONGEST_DATAGRAM = 2048;
