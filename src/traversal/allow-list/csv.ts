/** One record of a CSV text, with the line in which it begins. */
export interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
}

export type Csv =
  | { readonly ok: true; readonly records: readonly CsvRecord[] }
  | { readonly ok: false; readonly line: number; readonly reason: string };

/**
 * RFC 4180, and what spreadsheets make of it: a byte order mark, and ";" where the comma is the decimal sign. The first
 * line tells which separator it is. Empty lines are left out.
 */
export function parseCsv(text: string): Csv {
  const body = text.replace(/^\uFEFF/, "");
  const first = body.split(/\r?\n/, 1)[0]!;
  const separator = first.includes(";") && !first.includes(",") ? ";" : ",";
  return new Reader(body, separator).read();
}

class Reader {
  readonly #text: string;
  readonly #separator: string;
  #at = 0;
  #line = 1;

  constructor(text: string, separator: string) {
    this.#text = text;
    this.#separator = separator;
  }

  read(): Csv {
    const records: CsvRecord[] = [];
    while (this.#at < this.#text.length) {
      const line = this.#line;
      const fields: string[] = [];
      do {
        const field = this.#field();
        if (field === undefined)
          return { ok: false, line, reason: "a quoted field does not end, or goes on behind its quote" };
        fields.push(field);
      } while (this.#take(this.#separator));
      this.#endOfLine();
      if (fields.length > 1 || fields[0] !== "") records.push({ line, fields });
    }
    return { ok: true, records };
  }

  #field(): string | undefined {
    if (this.#text[this.#at] !== '"') return this.#until(new RegExp(`[${this.#separator}\r\n]`, "g")).trim();
    this.#at++;
    let value = "";
    for (;;) {
      value += this.#until(/"/g);
      if (!this.#take('"')) return undefined;
      if (!this.#take('"')) break;
      value += '"';
    }
    this.#line += value.split("\n").length - 1;
    const next = this.#text[this.#at];
    return next === undefined || next === this.#separator || next === "\n" || next === "\r" ? value.trim() : undefined;
  }

  /** Up to the match, or to the end. */
  #until(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const end = pattern.exec(this.#text)?.index ?? this.#text.length;
    const value = this.#text.slice(this.#at, end);
    this.#at = end;
    return value;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #endOfLine(): void {
    this.#take("\r");
    this.#take("\n");
    this.#line++;
  }
}

export function formatCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(quoted).join(",")}\r\n`).join("");
}

function quoted(field: string): string {
  return /[",;\r\n]|^\s|\s$/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
