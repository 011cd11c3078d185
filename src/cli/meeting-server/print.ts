import { systemClock } from "#base";
import { type Look, lookOf } from "#terminal";
import type { ServerOptions } from "./server-control.ts";

/** JSON for programs, else the text. */
export function print({ json }: ServerOptions, value: unknown, text: (look: Look) => string): void {
  console.log(json ? JSON.stringify(value, null, 2) : text(lookOf(process.stdout, systemClock.now())));
}
