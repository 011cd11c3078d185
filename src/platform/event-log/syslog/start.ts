import { readFileSync } from "node:fs";
import type { Alarms } from "#alarms";
import { formatAddress, type Log, type Scope, textOf } from "#base";
import type { EventLogConfig, SyslogConfig } from "../config.ts";
import type { EventLevel, EventLog } from "../contract.ts";
import { fail } from "../errors.ts";
import { syslogMessage } from "./message.ts";
import { SyslogSender } from "./sender.ts";
import { openStream } from "./stream.ts";
import type { Transport } from "./transport.ts";
import { openUdp } from "./udp.ts";

const PORTS = { udp: 514, tcp: 514, tls: 6514 } as const;
const RANK: Readonly<Record<EventLevel, number>> = { info: 0, warning: 1, error: 2 };

export interface SyslogOptions {
  readonly config: EventLogConfig;
  readonly host: string;
  readonly alarms: Alarms;
  readonly log: Log;
}

/** Sends every line that follows to each configured server. Throws EVENT_LOG_BAD_SYSLOG_CA. */
export function startSyslog(scope: Scope, events: EventLog, { config, host, alarms, log }: SyslogOptions): void {
  const opens = config.syslog.map(opener);
  config.syslog.forEach((target, index) => {
    const { facility, minimumLevel } = target;
    const name = formatAddress({ address: target.host, port: portOf(target) });
    const source = { host, processId: process.pid, facility };
    const sender = new SyslogSender(scope.child(), {
      name,
      open: opens[index]!,
      encode: (entry) => syslogMessage(entry, source),
      alarms,
      log,
    });
    const stop = events.follow((entry) => {
      if (RANK[entry.level] >= RANK[minimumLevel]) sender.add(entry);
    });
    scope.defer(stop);
  });
}

function opener(target: SyslogConfig): () => Promise<Transport> {
  const { host, transport } = target;
  const port = portOf(target);
  if (transport === "udp") return () => openUdp(host, port);
  if (transport === "tcp") return () => openStream(host, port);
  const ca = target.ca === undefined ? undefined : readAuthorities(target.ca);
  return () => openStream(host, port, { ca });
}

function portOf(target: SyslogConfig): number {
  return target.port ?? PORTS[target.transport];
}

function readAuthorities(file: string): string {
  try {
    const text = readFileSync(file, "utf8");
    if (!text.includes("-----BEGIN CERTIFICATE-----")) throw new Error("it has no PEM certificate");
    return text;
  } catch (error) {
    throw fail("EVENT_LOG_BAD_SYSLOG_CA", { file, why: textOf(error) }, error);
  }
}
