import { z } from "zod";
import { type AdminRoute, readBody } from "#admin-http";
import type { Clock } from "#base";
import { type EventLog, type EventQuery, eventStream, formatLine, SUBSYSTEMS } from "#event-log";
import type { Events, TracingList } from "./answers.ts";

export interface EventRouteDeps {
  readonly events: EventLog;
  readonly clock: Clock;
}

const LEVELS = ["info", "warning", "error"] as const;
/** Lines in one answer, if nothing is said. */
const LINES = 200;
/** Lines that one export may have, and how many of them are read at a time. */
const MOST_EXPORTED = 50_000;
const EXPORT_STEP = 5000;

const whole = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** Of the address. `levels` separated by commas. */
const eventQuery = z.strictObject({
  levels: z
    .string()
    .transform((text) => text.split(","))
    .pipe(z.array(z.enum(LEVELS)).min(1))
    .optional(),
  text: z.string().max(200).optional(),
  from: whole.optional(),
  to: whole.optional(),
  before: whole.optional(),
  after: whole.optional(),
  limit: whole.min(1).max(5000).optional(),
});

const tracingBody = z.strictObject({
  subsystem: z.string().max(100),
  minutes: z.number().int().min(0).max(1440),
});

/** The event log: read, followed, exported; detailed tracing. */
export function eventRoutes({ events, clock }: EventRouteDeps): readonly AdminRoute[] {
  return [
    {
      method: "GET",
      path: "/api/events",
      run: async ({ query }): Promise<Events> => ({
        now: clock.now(),
        entries: await events.query({ limit: LINES, ...readQuery(query) }),
      }),
    },
    {
      method: "GET",
      path: "/api/events/stream",
      async *stream({ query, lastEventId }, signal) {
        const asked = readQuery(query);
        const after = lastEventId === undefined ? asked.after : Number(lastEventId);
        for await (const entry of eventStream(events, signal, after === undefined ? asked : { ...asked, after }))
          yield { id: String(entry.sequence), data: entry };
      },
    },
    {
      method: "GET",
      path: "/api/events/export",
      run: ({ query }) => exported(events, readQuery(query)),
    },
    { method: "GET", path: "/api/tracing", run: () => tracing() },
    {
      method: "POST",
      path: "/api/tracing",
      run: ({ body }) => {
        const { subsystem, minutes } = readBody(tracingBody, body);
        events.setTracing(subsystem, minutes);
        return tracing();
      },
    },
  ];

  function tracing(): TracingList {
    const help = (subsystem: string) => (SUBSYSTEMS as Readonly<Record<string, string>>)[subsystem];
    return { now: clock.now(), tracing: events.tracing().map((one) => ({ ...one, help: help(one.subsystem) })) };
  }
}

function readQuery(query: Readonly<Record<string, unknown>>): EventQuery {
  return Object.fromEntries(
    Object.entries(readBody(eventQuery, query)).filter(([, value]) => value !== undefined),
  ) as EventQuery;
}

/** The lines as the log writes them, oldest first. A string is answered as plain text. */
async function exported(events: EventLog, query: EventQuery): Promise<string> {
  const lines: string[] = [];
  let before = query.before;
  while (lines.length < MOST_EXPORTED) {
    const entries = await events.query({ ...query, limit: EXPORT_STEP, ...(before === undefined ? {} : { before }) });
    for (const entry of [...entries].reverse()) lines.push(formatLine(entry));
    before = entries[0]?.sequence;
    if (entries.length < EXPORT_STEP) break;
  }
  return lines.length ? `${lines.reverse().join("\n")}\n` : "";
}
