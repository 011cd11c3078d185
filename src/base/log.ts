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
  return createLogging(level, fields).log;
}

/** The log of a process, and what may be changed while it runs. */
export interface Logging {
  readonly log: Log;
  readonly levels: LogLevels;
}

/** Modules are the `part` that `log.with({ part })` names. */
export interface LogLevels {
  /** What holds for modules that have no level of their own. */
  readonly base: LogLevel;
  /** undefined: as the base again. */
  set(module: string, level: LogLevel | undefined): void;
  of(module: string): LogLevel;
  /** Modules with a level of their own. */
  own(): Readonly<Record<string, LogLevel>>;
  /** Every line that is printed goes there too. Returns the function that ends it. */
  tap(sink: (line: LogLine) => void): () => void;
  /** Told when a module's level has changed: workers have a filter of their own. */
  onChange(listener: (module: string, level: LogLevel) => void): () => void;
}

const ORDER: readonly LogLevel[] = ["debug", "info", "warn", "error"];

export function createLogging(base: LogLevel, fields: LogFields = {}): Logging {
  const logger = pino(
    {
      level: "debug",
      base: fields,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRET_FIELDS, censor: "[hidden]" },
    },
    pino.destination({ fd: 2, sync: true }),
  );
  const levels = new Levels(base);
  return { log: wrap(logger, levels, fields), levels };
}

/** For a log that does not ask: it only keeps what is set. */
export function logLevels(base: LogLevel): LogLevels {
  return new Levels(base);
}

class Levels implements LogLevels {
  readonly base: LogLevel;
  readonly #own = new Map<string, LogLevel>();
  readonly #sinks = new Set<(line: LogLine) => void>();
  readonly #listeners = new Set<(module: string, level: LogLevel) => void>();

  constructor(base: LogLevel) {
    this.base = base;
  }

  set(module: string, level: LogLevel | undefined): void {
    if (level === undefined) this.#own.delete(module);
    else this.#own.set(module, level);
    for (const listener of this.#listeners) listener(module, this.of(module));
  }
  of(module: string): LogLevel {
    return this.#own.get(module) ?? this.base;
  }
  own(): Readonly<Record<string, LogLevel>> {
    return Object.fromEntries(this.#own);
  }
  tap(sink: (line: LogLine) => void): () => void {
    this.#sinks.add(sink);
    return () => this.#sinks.delete(sink);
  }
  onChange(listener: (module: string, level: LogLevel) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  passes(module: string, level: LogLevel): boolean {
    return ORDER.indexOf(level) >= ORDER.indexOf(this.of(module));
  }
  tell(line: LogLine): void {
    for (const sink of this.#sinks) sink(line);
  }
}

function wrap(logger: Logger, levels: Levels, base: LogFields): Log {
  const module = typeof base.part === "string" ? base.part : "";
  const at = (level: LogLevel) => (event: string, fields?: LogFields) => {
    if (!levels.passes(module, level)) return;
    logger[level](fields ?? {}, event);
    levels.tell({ level, event, fields: hideSecrets({ ...base, ...fields }) });
  };
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    with: (fields) => wrap(logger.child(fields), levels, { ...base, ...fields }),
  };
}

function hideSecrets(fields: LogFields): LogFields {
  const hidden = SECRET_FIELDS.filter((name) => name in fields).map((name) => [name, "[hidden]"]);
  return { ...fields, ...Object.fromEntries(hidden) };
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
