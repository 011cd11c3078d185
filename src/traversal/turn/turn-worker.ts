import type { Log, LogFields, LogLevel } from "#base";
import { serveParent } from "#worker-process";
import type { TurnServerOptions } from "./options.ts";
import { startTurnServer, type TurnServer } from "./server.ts";

/** What the role asks of the worker. */
export type TurnWorkerRequest = { readonly kind: "status" };

/** What the worker tells: lines for the role's log, so that there is one log. */
export interface TurnWorkerEvent {
  readonly level: LogLevel;
  readonly event: string;
  readonly fields: LogFields;
}

/** The entry of the TURN worker process. */
serveParent<TurnServerOptions, TurnWorkerRequest, TurnWorkerEvent>({
  start: async (options, scope, emit) => {
    const server = await startTurnServer(options, scope, logTo(emit));
    return (request) => answer(server, request);
  },
});

function answer(server: TurnServer, _request: TurnWorkerRequest) {
  return { listening: server.listening, allocations: server.status() };
}

function logTo(emit: (event: TurnWorkerEvent) => void, base: LogFields = {}): Log {
  const at = (level: LogLevel) => (event: string, fields?: LogFields) =>
    emit({ level, event, fields: { ...base, ...fields } });
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    with: (fields) => logTo(emit, { ...base, ...fields }),
  };
}
