import { resolve } from "node:path";
import { loadConfig } from "#base";
import { callControl } from "#control";
import { edgeConfig } from "#edge";

export interface EdgeOptions {
  /** edge.yaml of the running edge. */
  readonly config: string;
  readonly json?: boolean;
}

export type Ask = <T>(method: "GET" | "POST", path: string, body?: unknown) => Promise<T>;

/** The way to the edge that runs with this file. Only the file is read: the secrets that it names stay closed. */
export function edgeControl({ config }: Pick<EdgeOptions, "config">): Ask {
  const { control } = loadConfig(resolve(config), edgeConfig);
  return (method, path, body) => callControl(control.socket, method, path, body);
}
