import { randomUUID } from "node:crypto";
import { type FileHandle, open, readFile, rename, rm } from "node:fs/promises";
import { z } from "zod";
import type { Item, QueueState } from "./item.ts";

/** What happened to a queue, one line of its file each. */
export type Entry =
  | { readonly head: Omit<QueueState, "items"> }
  | { readonly item: Item }
  | { readonly done: number }
  | { readonly drop: number };

const item = z.strictObject({
  index: z.int(),
  correlatorIndex: z.int(),
  id: z.string(),
  description: z.strictObject({
    type: z.enum(["callStart", "callEnd", "callLegStart", "callLegUpdate", "callLegEnd"]),
    at: z.number(),
    element: z.enum(["call", "callLeg"]),
    id: z.string(),
    fields: z.record(z.string(), z.json()),
  }),
});
const entry = z.union([
  z.strictObject({ item }),
  z.strictObject({ done: z.int() }),
  z.strictObject({ drop: z.int() }),
  z.strictObject({
    head: z.strictObject({ session: z.uuid(), last: z.int(), done: z.int(), lastCorrelator: z.int() }),
  }),
]);

/** The state that a queue's file tells. Lines that are torn or not ours are passed over; no file is an empty queue. */
export async function readJournal(file: string): Promise<QueueState> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  let head = { session: randomUUID() as string, last: 0, done: 0, lastCorrelator: -1 };
  let gone = 0;
  const items = new Map<number, Item>();
  for (const line of text.split("\n")) {
    const read = parse(line);
    if (!read) continue;
    if ("head" in read) head = { ...read.head };
    else if ("item" in read) items.set(read.item.index, read.item);
    else if ("done" in read) head.done = Math.max(head.done, read.done);
    else gone = Math.max(gone, read.drop);
  }
  const left = [...items.values()].sort((a, b) => a.index - b.index);
  const [last, lastCorrelator] = [left.at(-1)?.index ?? 0, left.at(-1)?.correlatorIndex ?? -1];
  return {
    session: head.session,
    last: Math.max(head.last, last, head.done, gone),
    done: head.done,
    lastCorrelator: Math.max(head.lastCorrelator, lastCorrelator),
    items: left.filter(({ index }) => index > Math.max(head.done, gone)),
  };
}

function parse(line: string): Entry | undefined {
  try {
    const result = entry.safeParse(JSON.parse(line));
    return result.success ? (result.data as Entry) : undefined;
  } catch {
    return undefined;
  }
}

/** The file of one queue. One call at a time. */
export class JournalFile {
  readonly #file: string;
  #handle: FileHandle | undefined;
  #lines = 0;

  constructor(file: string) {
    this.#file = file;
  }

  /** Lines since it was last written afresh. */
  get lines(): number {
    return this.#lines;
  }

  async append(entries: readonly Entry[]): Promise<void> {
    this.#handle ??= await open(this.#file, "a", 0o600);
    await this.#handle.appendFile(textOf(entries));
    await this.#handle.datasync();
    this.#lines += entries.length;
  }

  /** Writes the state into a new file that takes the place of the old one: whole, or not at all. */
  async rewrite({ items, ...head }: QueueState): Promise<void> {
    await this.close();
    const draft = `${this.#file}.new`;
    {
      await using handle = await open(draft, "w", 0o600);
      await handle.appendFile(textOf([{ head }, ...items.map((one) => ({ item: one }))]));
      await handle.datasync();
    }
    await rename(draft, this.#file);
    this.#lines = items.length + 1;
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }

  async remove(): Promise<void> {
    await this.close();
    await rm(this.#file, { force: true });
    await rm(`${this.#file}.new`, { force: true });
  }
}

function textOf(entries: readonly Entry[]): string {
  return entries.map((one) => `${JSON.stringify(one)}\n`).join("");
}
