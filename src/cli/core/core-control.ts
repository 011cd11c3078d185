import { resolve } from "node:path";
import { loadConfig, systemClock } from "#base";
import { callControl } from "#control";
import { coreConfig } from "#core";
import { type Look, lookOf } from "#terminal";

export interface CoreOptions {
  /** core.yaml of the running core. */
  readonly config: string;
  readonly json?: boolean;
}

export type Ask = <T>(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: unknown) => Promise<T>;

/** The way to the core that runs with this file. Only the file is read: the keys that it names stay closed. */
export function coreControl({ config }: Pick<CoreOptions, "config">): Ask {
  const { control } = loadConfig(resolve(config), coreConfig);
  return (method, path, body) => callControl(control.socket, method, path, body);
}

/** JSON for programs, else the text. */
export function print({ json }: CoreOptions, value: unknown, text: (look: Look) => string): void {
  console.log(json ? JSON.stringify(value, null, 2) : text(lookOf(process.stdout, systemClock.now())));
}
