import type { FileHandle } from "node:fs/promises";
import { rm } from "node:fs/promises";
import type { EventEntry } from "../contract.ts";
import { encodeEntry } from "./entry-line.ts";
import { dropTornLine, lastSequence, listSegments, openSegment, type Segment, segmentAt } from "./segments.ts";

export interface LogFilesOptions {
  readonly folder: string;
  /** Bytes of one file. */
  readonly maxBytes: number;
  /** How many are kept. */
  readonly files: number;
}

interface Open {
  readonly handle: FileHandle;
  size: number;
}

/** The files of a log: appended to in order by one writer, rotated by size. */
export class LogFiles implements AsyncDisposable {
  /** Of the last line that was stored when it was opened. */
  readonly last: number;
  readonly #options: LogFilesOptions;
  readonly #segments: Segment[];
  #open: Open | undefined;

  private constructor(options: LogFilesOptions, segments: Segment[], last: number) {
    this.#options = options;
    this.#segments = segments;
    this.last = last;
  }

  static async open(options: LogFilesOptions): Promise<LogFiles> {
    const segments = await listSegments(options.folder);
    return new LogFiles(options, segments, await lastSequence(segments));
  }

  /** Oldest first. */
  get segments(): readonly Segment[] {
    return this.#segments;
  }

  /**
   * Writes the first of the entries, as many as go into one file, and says how many that were (at least one). Rejects
   * with the system's error, and then nothing of them is stored. One call at a time.
   */
  async append(entries: readonly EventEntry[]): Promise<number> {
    const lines = entries.map(encodeEntry);
    if (this.#open && this.#open.size > 0 && this.#open.size + Buffer.byteLength(lines[0]!) > this.#options.maxBytes)
      await this.#close();
    this.#open ??= await this.#begin(entries[0]!.sequence);
    const open = this.#open;
    let count = 0;
    let bytes = 0;
    for (const line of lines) {
      const size = Buffer.byteLength(line);
      if (count > 0 && open.size + bytes + size > this.#options.maxBytes) break;
      bytes += size;
      count++;
    }
    await this.#write(open, lines.slice(0, count).join(""));
    open.size += bytes;
    return count;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }

  async #write(open: Open, text: string): Promise<void> {
    try {
      await open.handle.appendFile(text);
    } catch (error) {
      // Half a line may be there; if it cannot be taken back, the next start will.
      await open.handle.truncate(open.size).catch(() => this.#close());
      throw error;
    }
  }

  /** The newest file if it has room (after a start) or was begun for this very line, a new one otherwise. */
  async #begin(sequence: number): Promise<Open> {
    const newest = this.#segments.at(-1);
    if (newest && (newest.first === sequence || !this.#begun)) {
      await dropTornLine(newest);
      const open = await openSegment(newest);
      this.#begun = true;
      if (open.size < this.#options.maxBytes) return open;
      await open.handle.close();
    }
    const segment = segmentAt(this.#options.folder, sequence);
    const open = await openSegment(segment);
    this.#segments.push(segment);
    this.#begun = true;
    await this.#dropOld();
    return open;
  }

  /** This process has written to a file. */
  #begun = false;

  async #dropOld(): Promise<void> {
    // One that cannot be deleted now is counted again at the next start.
    while (this.#segments.length > this.#options.files)
      await rm(this.#segments.shift()!.file, { force: true }).catch(() => {});
  }

  async #close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    await open?.handle.close().catch(() => {});
  }
}
