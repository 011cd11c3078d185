import { resolve } from "node:path";
import { loadConfig } from "#base";
import { callControl } from "#control";
import { meetingServerConfig } from "#meeting-server";

export interface ServerOptions {
  /** meeting-server.yaml of the running meeting server. */
  readonly config: string;
  readonly json?: boolean;
}

export type Ask = <T>(method: "GET" | "POST" | "DELETE", path: string, body?: unknown) => Promise<T>;

export function controlSocketOf({ config }: Pick<ServerOptions, "config">): string {
  return loadConfig(resolve(config), meetingServerConfig).control.socket;
}

/** The way to the meeting server that runs with this file. Only the file is read: the secrets that it names stay closed. */
export function serverControl(options: Pick<ServerOptions, "config">): Ask {
  const socket = controlSocketOf(options);
  return (method, path, body) => callControl(socket, method, path, body);
}
