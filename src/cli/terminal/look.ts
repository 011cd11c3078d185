import { styleText } from "node:util";

/** How an output should look; the texts themselves are pure functions of data and this. */
export interface Look {
  readonly paint: Paint;
  /** Columns of the terminal. */
  readonly width: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export type Tone = "title" | "good" | "warn" | "bad" | "dim";
export type Paint = (tone: Tone, text: string) => string;

const STYLES = { title: "bold", good: "green", warn: "yellow", bad: "red", dim: "dim" } as const;

export const plainPaint: Paint = (_tone, text) => text;

/** Colours only on a terminal, and not if NO_COLOR asks for none (no-color.org); `styleText` knows both. */
function terminalPaint(stream: NodeJS.WriteStream): Paint {
  return (tone, text) => styleText(STYLES[tone], text, { stream });
}

/** What goes into a pipe has no width, so that one relay stays one line. */
export function lookOf(stream: NodeJS.WriteStream, now: number): Look {
  return { paint: terminalPaint(stream), width: stream.isTTY ? stream.columns : Number.POSITIVE_INFINITY, now };
}
