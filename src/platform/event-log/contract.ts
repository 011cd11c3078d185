export type EventLevel = "info" | "warning" | "error";

/** One line: YYYY-MM-DD<TAB>HH:MM:SS.mmm<TAB>Info|Warning|Error<TAB>text */
export interface EventEntry {
  /** Counts from 1 for as long as the stored log lasts; goes on after a restart. */
  readonly sequence: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly level: EventLevel;
  /** "general", or the subsystem whose detailed tracing wrote it. */
  readonly subsystem: string;
  readonly text: string;
}

export interface EventQuery {
  readonly levels?: readonly EventLevel[];
  /** Lines that contain it, whatever its case. */
  readonly text?: string;
  /** Milliseconds since 1970, both included. */
  readonly from?: number;
  readonly to?: number;
  /** Only lines with a lower, or a higher, sequence: for paging and for going on after a break. */
  readonly before?: number;
  readonly after?: number;
  /** The latest so many that match, 1-5000. */
  readonly limit?: number;
}

/** Detailed tracing of one subsystem; it ends by itself. */
export interface Tracing {
  readonly subsystem: string;
  /** Milliseconds since 1970; undefined while off. */
  readonly until: number | undefined;
}

export interface EventLog {
  write(level: EventLevel, text: string): void;
  /** Written only while the subsystem is traced; `text` is not called otherwise. */
  trace(subsystem: string, text: () => string): void;
  /** Oldest first. */
  query(query: EventQuery): Promise<readonly EventEntry[]>;
  /** Told of each new line. Returns the function that ends it. */
  follow(listener: (entry: EventEntry) => void): () => void;
  tracing(): readonly Tracing[];
  /** 0 minutes switches it off. Throws EVENT_LOG_NO_SUCH_SUBSYSTEM. */
  setTracing(subsystem: string, minutes: number): void;
}
