/** Who must act: the person at the browser, the other side of a connection, the administrator (config, system), or us. */
export type ErrorKind = "user" | "peer" | "config" | "system" | "bug";

export interface ErrorRow {
  readonly kind: ErrorKind;
  /** For the administrator: what happened. `{name}` is replaced by the value of that name. */
  readonly text: string;
  /** For the administrator: what to do now. */
  readonly remedy: string;
  /** For the guest, in one sentence and without technical words, where a guest can meet it. */
  readonly guest?: string;
}

export type ErrorTable = Readonly<Record<string, ErrorRow>>;

/** A failure with a stable code from its part's table (`errors.ts` of each part, all of them in docs/errors.md). */
export class TurnpikeError extends Error {
  override readonly name = "TurnpikeError";
  readonly code: string;
  readonly kind: ErrorKind;
  readonly remedy: string;
  readonly guest: string | undefined;

  constructor(code: string, row: ErrorRow, values: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    super(fill(row.text, values), cause === undefined ? {} : { cause });
    this.code = code;
    this.kind = row.kind;
    this.remedy = fill(row.remedy, values);
    this.guest = row.guest;
  }
}

/** Returns the function with which a part throws its own errors: `fail("ALLOW_LIST_REFUSED", { url })`. */
export function errorsOf<T extends ErrorTable>(table: T) {
  return (code: keyof T & string, values?: Readonly<Record<string, unknown>>, cause?: unknown): TurnpikeError =>
    new TurnpikeError(code, table[code]!, values, cause);
}

/** The text of anything thrown, for logs. */
export function textOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

export function assertNever(value: never): never {
  throw new Error(`unexpected ${JSON.stringify(value)}`);
}

function fill(text: string, values: Readonly<Record<string, unknown>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}
