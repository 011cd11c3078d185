import { readdirSync, statSync } from "node:fs";
import { type FileHandle, open, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { textOf } from "#base";
import type { RingLimits } from "./contract.ts";

export interface RingOptions {
  readonly folder: string;
  /** Files are "turn-00001.pcapng" and so on. */
  readonly prefix: string;
  readonly suffix: string;
  readonly limits: RingLimits;
  /** What must stay free on the disk, for those who cannot do without. */
  readonly reserveBytes?: number;
}

/** Bytes that may wait for the disk; what is above is dropped, since neither packets nor lines can wait. */
const MOST_WAITING = 8 << 20;
const RESERVE = 64 << 20;

const DIGITS = 5;

interface RingFile {
  readonly path: string;
  bytes: number;
}

/** Bytes, or the order to go on in the next file. */
type Job = Uint8Array | "next";

/**
 * Takes bytes at once and writes them behind the writer's back, into a ring of files. It never throws and never blocks:
 * when the disk fails or is full, it takes nothing more and says why.
 */
export class RingFiles {
  readonly #options: RingOptions;
  #jobs: Job[] = [];
  #waiting = 0;
  /** The number of the file that is being written, and its size when all that waits is in it. */
  #number: number;
  #size = 0;
  #handle: FileHandle | undefined;
  /** Oldest first; those of a process that died are part of the ring. */
  readonly #files: RingFile[];
  #pumping: Promise<void> | undefined;
  #failure: string | undefined;
  #closed = false;
  dropped = 0;

  constructor(options: RingOptions) {
    this.#options = options;
    this.#files = filesOf(options);
    this.#number = numberOf(this.#files.at(-1)?.path ?? "") + 1;
  }

  /** Why nothing is written any more. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** On the disk now. */
  get bytes(): number {
    return this.#files.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Would this many bytes begin a new file? */
  isFull(length: number): boolean {
    return this.#size > 0 && this.#size + length > this.#options.limits.fileBytes;
  }

  nextFile(): void {
    if (this.#failure || this.#closed) return;
    this.#jobs.push("next");
    this.#size = 0;
  }

  /** Keeps `bytes`. False if they were dropped. */
  write(bytes: Uint8Array): boolean {
    if (this.#failure || this.#closed || this.#waiting + bytes.length > MOST_WAITING) {
      this.dropped++;
      return false;
    }
    this.#jobs.push(bytes);
    this.#waiting += bytes.length;
    this.#size += bytes.length;
    this.#pumping ??= this.#pump();
    return true;
  }

  /** Resolves when what was written until now is in the files, or never will be. */
  async flush(): Promise<void> {
    while (this.#pumping) await this.#pumping;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.flush();
    await this.#handle?.close().catch(() => {});
    this.#handle = undefined;
  }

  async #pump(): Promise<void> {
    try {
      // What is written in one turn of the event loop goes to the disk together.
      await null;
      while (this.#jobs.length > 0) await this.#work();
    } catch (error) {
      this.#failure = reasonOf(error);
      this.dropped += this.#jobs.length;
      this.#jobs = [];
      this.#waiting = 0;
      await this.#handle?.close().catch(() => {});
      this.#handle = undefined;
    } finally {
      this.#pumping = undefined;
    }
  }

  async #work(): Promise<void> {
    if (this.#jobs[0] === "next") {
      this.#jobs.shift();
      this.#number++;
      await this.#handle?.close();
      this.#handle = undefined;
      return;
    }
    const end = this.#jobs.indexOf("next");
    const batch = this.#jobs.splice(0, end < 0 ? this.#jobs.length : end) as Uint8Array[];
    this.#handle ??= await this.#open();
    const { bytesWritten } = await this.#handle.writev(batch);
    const length = batch.reduce((sum, bytes) => sum + bytes.length, 0);
    if (bytesWritten !== length) throw new Error("the disk took only a part");
    this.#waiting -= length;
    this.#files.at(-1)!.bytes += length;
  }

  async #open(): Promise<FileHandle> {
    const { folder, prefix, suffix, limits, reserveBytes = RESERVE } = this.#options;
    while (this.#files.length >= limits.files) await rm(this.#files.shift()!.path, { force: true });
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize < limits.fileBytes + reserveBytes) throw new Error("the disk is nearly full");
    const path = join(folder, `${prefix}-${String(this.#number).padStart(DIGITS, "0")}${suffix}`);
    const handle = await open(path, "w", 0o600);
    this.#files.push({ path, bytes: 0 });
    return handle;
  }
}

function filesOf({ folder, prefix, suffix }: RingOptions): RingFile[] {
  try {
    const names = readdirSync(folder).filter((name) => name.startsWith(`${prefix}-`) && name.endsWith(suffix));
    const paths = names.filter((name) => numberOf(name) > 0).map((name) => join(folder, name));
    return paths.sort().map((path) => ({ path, bytes: statSync(path).size }));
  } catch {
    // What is wrong with the folder shows when it is written to.
    return [];
  }
}

function numberOf(path: string): number {
  return Number(/-(\d{5})\.\w+$/.exec(path)?.[1] ?? 0);
}

function reasonOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code === "ENOSPC" ? "the disk is full" : textOf(error);
}
