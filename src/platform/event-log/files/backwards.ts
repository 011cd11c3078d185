import { open } from "node:fs/promises";

const CHUNK = 65_536;
/** No line of ours is that long: what is goes unread. */
const LONGEST_LINE = 1_048_576;
const LINE_FEED = 0x0a;

/**
 * The lines of a file, last first, a chunk's worth at a time. What follows the last line feed is being written or was
 * torn, and is not given. A file that has been deleted meanwhile has no lines.
 */
export async function* linesBackwards(file: string): AsyncGenerator<readonly string[]> {
  await using handle = await openIfThere(file);
  if (!handle) return;
  let end = (await handle.stat()).size;
  let rest: Buffer = Buffer.alloc(0);
  let whole = false;
  while (end > 0) {
    const start = Math.max(0, end - CHUNK);
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(end - start), 0, end - start, start);
    const bytes = Buffer.concat([buffer.subarray(0, bytesRead), rest]);
    end = start;
    const first = start === 0 ? 0 : bytes.indexOf(LINE_FEED) + 1;
    if (first === 0 && start > 0) {
      const tooLong = bytes.length > LONGEST_LINE;
      rest = tooLong ? Buffer.alloc(0) : bytes;
      whole &&= !tooLong;
      continue;
    }
    const last = whole ? bytes.length : bytes.lastIndexOf(LINE_FEED) + 1;
    rest = bytes.subarray(0, first);
    whole = true;
    yield bytes.toString("utf8", first, Math.max(first, last)).split("\n").filter(Boolean).reverse();
  }
}

async function openIfThere(file: string) {
  try {
    return await open(file, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
