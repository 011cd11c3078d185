import { mkdir, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { linesBackwards } from "./backwards.ts";
import { decodeEntry } from "./entry-line.ts";

/** One file of the log, named by the sequence of its first line. */
export interface Segment {
  readonly file: string;
  readonly first: number;
}

export function segmentAt(folder: string, first: number): Segment {
  return { file: join(folder, `events-${String(first).padStart(12, "0")}.jsonl`), first };
}

/** Oldest first. Other files in the folder are left alone. */
export async function listSegments(folder: string): Promise<Segment[]> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const names = (await readdir(folder)).flatMap((name) => {
    const match = /^events-(\d{12,15})\.jsonl$/.exec(name);
    return match ? [{ file: join(folder, name), first: Number(match[1]) }] : [];
  });
  return names.sort((a, b) => a.first - b.first);
}

/** Drops what follows the last line feed: the process was killed, or the disk was full, while that line was written. */
export async function dropTornLine(segment: Segment): Promise<void> {
  await using handle = await open(segment.file, "a+", 0o600);
  const { size } = await handle.stat();
  let end = size;
  for (;;) {
    const start = Math.max(0, end - CHUNK);
    const { buffer } = await handle.read(Buffer.alloc(end - start), 0, end - start, start);
    const whole = buffer.lastIndexOf(0x0a) + 1;
    if (whole === 0 && start > 0) end = start;
    else {
      if (start + whole < size) await handle.truncate(start + whole);
      return;
    }
  }
}

const CHUNK = 65_536;

/** The sequence of the last line in any of them; 0 if there is none. */
export async function lastSequence(segments: readonly Segment[]): Promise<number> {
  for (const segment of [...segments].reverse()) {
    for await (const lines of linesBackwards(segment.file))
      for (const line of lines) {
        const entry = decodeEntry(line);
        if (entry) return Math.max(entry.sequence, segment.first);
      }
    // Its name says how far the log had come, even if its lines are gone.
    if (segment.first > 1) return segment.first - 1;
  }
  return 0;
}

export async function openSegment(segment: Segment) {
  const handle = await open(segment.file, "a", 0o600);
  return { handle, size: (await handle.stat()).size };
}
