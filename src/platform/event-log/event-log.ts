import type { Alarms } from "#alarms";
import { type Clock, type Log, type Scope, textOf } from "#base";
import type { EventLogConfig } from "./config.ts";
import type { EventEntry, EventLevel, EventLog } from "./contract.ts";
import { fail } from "./errors.ts";
import { LogFiles } from "./files/log-files.ts";
import { Store } from "./files/store.ts";
import { oneLine } from "./format.ts";
import { Listeners } from "./listeners.ts";
import { blankSecrets, shortenAddresses } from "./redact.ts";
import { startSyslog } from "./syslog/start.ts";
import { Tracer } from "./tracer.ts";

export interface EventLogOptions {
  readonly config: EventLogConfig;
  readonly clock: Clock;
  readonly log: Log;
  readonly alarms: Alarms;
  /** This machine's name, for syslog. */
  readonly host: string;
}

/** Characters of one line. Longer ones are cut: a line is a sentence, not a dump. */
const LONGEST = 4000;

/**
 * Opens the event log of a role. It goes on where the stored one ended, and closes with the scope after what was written
 * is stored. Rejects with EVENT_LOG_UNREADABLE or EVENT_LOG_BAD_SYSLOG_CA.
 */
export async function openEventLog(scope: Scope, options: EventLogOptions): Promise<EventLog> {
  const { config, clock, log, alarms } = options;
  const files = await openFiles(config);
  const store = new Store(scope.child(), { files, folder: config.folder, alarms, log });
  const listeners = new Listeners((error) => log.error("a follower of the event log failed", { why: textOf(error) }));
  const clean = cleaner(config.privacy);
  let sequence = files.last;

  const add = (level: EventLevel, subsystem: string, text: string) => {
    sequence++;
    const entry: EventEntry = { sequence, at: clock.now(), level, subsystem, text: clean(text) };
    store.add(entry);
    listeners.tell(entry);
  };
  const tracer = new Tracer(scope, clock, (text) => add("info", "general", text));
  const eventLog: EventLog = {
    write: (level, text) => add(level, "general", text),
    trace: (subsystem, text) => {
      if (tracer.isOn(subsystem)) add("info", subsystem, sayable(text));
    },
    query: (query) =>
      store.query(query).catch((error: unknown) => {
        throw fail("EVENT_LOG_UNREADABLE", { folder: config.folder, why: textOf(error) }, error);
      }),
    follow: (listener) => listeners.add(listener),
    tracing: () => tracer.list(),
    setTracing: (subsystem, minutes) => tracer.set(subsystem, minutes),
  };
  startSyslog(scope, eventLog, options);
  return eventLog;
}

async function openFiles({ folder, maxBytes, files }: EventLogConfig): Promise<LogFiles> {
  try {
    return await LogFiles.open({ folder, maxBytes, files });
  } catch (error) {
    throw fail("EVENT_LOG_UNREADABLE", { folder, why: textOf(error) }, error);
  }
}

function cleaner(privacy: boolean): (text: string) => string {
  const safe = (text: string) => oneLine(blankSecrets(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text));
  return privacy ? (text) => shortenAddresses(safe(text)) : safe;
}

/** A line of detail must not end what it is about. */
function sayable(text: () => string): string {
  try {
    return text();
  } catch (error) {
    return `this line could not be made (${textOf(error)})`;
  }
}
