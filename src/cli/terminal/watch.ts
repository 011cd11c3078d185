import { Scope, TurnpikeError } from "#base";

const PERIOD_MS = 1000;
/** Alternate screen, as pagers use it, so that what stood there comes back; cursor hidden. */
const ENTER = "\u001b[?1049h\u001b[?25l";
const LEAVE = "\u001b[?25h\u001b[?1049l";

/** Draws anew every second until Ctrl-C. An edge that is gone for a while is said so, and asked again. */
export async function watch(out: NodeJS.WriteStream, draw: () => Promise<string>): Promise<void> {
  let shown = await draw();
  await using scope = new Scope();
  const told = new Promise<"told">((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"]) scope.on(process, signal, () => resolve("told"));
  });
  out.write(ENTER);
  scope.defer(() => void out.write(LEAVE));
  for (;;) {
    out.write(frame(shown, out.rows));
    if ((await Promise.race([told, scope.sleep(PERIOD_MS)])) === "told") return;
    shown = await draw().catch(explain);
  }
}

function explain(error: unknown): string {
  if (error instanceof TurnpikeError) return `${error.message}\n${error.remedy} [${error.code}]`;
  throw error;
}

/** Overwrites the last picture line by line, which does not flicker as clearing does. The last line of the screen stays free. */
export function frame(text: string, rows: number): string {
  const lines = text.split("\n");
  const room = Math.max(1, rows - 1);
  const shown = lines.length <= room ? lines : [...lines.slice(0, room - 1), `… ${lines.length - room + 1} more lines`];
  return `\u001b[H${shown.map((line) => `${line}\u001b[K\n`).join("")}\u001b[J`;
}
