import { systemClock } from "#base";
import { type Look, lookOf, watch } from "#terminal";
import type { RoleOptions } from "./role-control.ts";

export interface ShowOptions extends RoleOptions {
  readonly watch?: boolean;
}

/** JSON for programs, else the text. */
export function print({ json }: RoleOptions, value: unknown, text: (look: Look) => string): void {
  console.log(json ? JSON.stringify(value, null, 2) : text(lookOf(process.stdout, systemClock.now())));
}

/** Once, or every second if asked for and somebody can be looking. Resolves with what was shown last. */
export async function show<T>(
  options: ShowOptions,
  read: () => Promise<T>,
  text: (value: T, look: Look) => string,
): Promise<T> {
  let value = await read();
  if (options.json || !options.watch || !process.stdout.isTTY) {
    print(options, value, (look) => text(value, look));
    return value;
  }
  let isFresh = true;
  await watch(process.stdout, async () => {
    if (!isFresh) value = await read();
    isFresh = false;
    return text(value, lookOf(process.stdout, systemClock.now()));
  });
  return value;
}
