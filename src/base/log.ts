import { type Logger, pino } from "pino";

export type LogLevel = "debug" | "info" | "warn" | "error";
export type LogFields = Readonly<Record<string, unknown>>;

/** Structured log: the event is a constant sentence, everything that varies is a field. Never a secret in either. */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  /** A log whose lines all carry these fields. */
  with(fields: LogFields): Log;
}

/** Field names that are never printed, whatever their value: a second line of defence, not the first. */
const SECRET_FIELDS = ["password", "passcode", "secret", "sharedSecret", "token", "credential", "key", "authorization"];

/** JSON lines on standard error. */
export function createLog(level: LogLevel, fields: LogFields = {}): Log {
  const logger = pino(
    {
      level,
      base: fields,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRET_FIELDS, censor: "[hidden]" },
    },
    pino.destination({ fd: 2, sync: true }),
  );
  return wrap(logger);
}

function wrap(logger: Logger): Log {
  const at = (level: LogLevel) => (event: string, fields?: LogFields) => logger[level](fields ?? {}, event);
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    with: (fields) => wrap(logger.child(fields)),
  };
}

export interface LogLine {
  readonly level: LogLevel;
  readonly event: string;
  readonly fields: LogFields;
}

/** A log that keeps its lines, for tests. */
export function memoryLog(lines: LogLine[] = [], base: LogFields = {}): Log & { readonly lines: LogLine[] } {
  const at = (level: LogLevel) => (event: string, fields?: LogFields) => {
    lines.push({ level, event, fields: { ...base, ...fields } });
  };
  return {
    lines,
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    with: (fields) => memoryLog(lines, { ...base, ...fields }),
  };
}
