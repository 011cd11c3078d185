import { Scope, systemClock } from "#base";
import type { EventEntry, EventLevel, EventLog } from "./contract.ts";
import { Listeners } from "./listeners.ts";
import { limitOf, matcher } from "./match.ts";
import { Tracer } from "./tracer.ts";

/** An event log that keeps its lines, for tests. */
export function memoryEventLog(clock = systemClock): EventLog & { readonly lines: EventEntry[] } {
  const lines: EventEntry[] = [];
  const listeners = new Listeners();
  const add = (level: EventLevel, subsystem: string, text: string) => {
    const entry = { sequence: lines.length + 1, at: clock.now(), level, subsystem, text };
    lines.push(entry);
    listeners.tell(entry);
  };
  const tracer = new Tracer(new Scope(), clock, (text) => add("info", "general", text));
  return {
    lines,
    write: (level, text) => add(level, "general", text),
    trace: (subsystem, text) => {
      if (tracer.isOn(subsystem)) add("info", subsystem, text());
    },
    query: async (query) => lines.filter(matcher(query)).slice(-limitOf(query)),
    follow: (listener) => listeners.add(listener),
    tracing: () => tracer.list(),
    setTracing: (subsystem, minutes) => tracer.set(subsystem, minutes),
  };
}
