import { assertNever, type Log, type LogFields, type LogLevel } from "#base";
import { serveParent } from "#worker-process";
import type { TurnServerOptions } from "./options.ts";
import { startTurnServer, type TurnServer } from "./server.ts";

/** What the role asks of the worker. */
export type TurnWorkerRequest =
  | { readonly kind: "status" | "allocations" }
  | { readonly kind: "why"; readonly credential: string; readonly peer: string }
  | { readonly kind: "drain"; readonly on: boolean }
  | { readonly kind: "configure"; readonly options: TurnServerOptions }
  | { readonly kind: "end"; readonly id: number };

/** What the worker tells: lines for the role's log, so that there is one log. */
export interface TurnWorkerEvent {
  readonly level: LogLevel;
  readonly event: string;
  readonly fields: LogFields;
}

export interface TurnWorkerOptions {
  readonly server: TurnServerOptions;
  /** Where streams are handed over. */
  readonly handover: string | undefined;
  readonly draining: boolean;
}

/** The entry of the TURN worker process. */
serveParent<TurnWorkerOptions, TurnWorkerRequest, TurnWorkerEvent>({
  start: async ({ server: options, handover, draining }, scope, emit) => {
    const server = await startTurnServer(options, scope, logTo(emit), { handover });
    if (draining) server.drain(true);
    return (request) => answer(server, request);
  },
});

function answer(server: TurnServer, request: TurnWorkerRequest) {
  switch (request.kind) {
    case "status":
      return server.status();
    case "allocations":
      return server.allocations();
    case "why":
      return server.why(request.credential, request.peer);
    case "drain":
      return server.drain(request.on);
    case "configure":
      return server.configure(request.options);
    case "end":
      return server.end(request.id);
    default:
      return assertNever(request);
  }
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
