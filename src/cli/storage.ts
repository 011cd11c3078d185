import { loadConfig, Scope } from "#base";
import { type MeetingServerConfig, meetingServerConfig } from "#meeting-server";
import { roleFile } from "#role-control";
import { openStorage, type Storage, type StorageOptions } from "#storage";

export function meetingServer(file: string | undefined): { config: MeetingServerConfig; storage: StorageOptions } {
  const config = loadConfig(roleFile(file, ["meeting-server"]), meetingServerConfig);
  const { storage: where, storageKeyFile: keyFile, storagePasswordFile: passwordFile } = config;
  return { config, storage: { where, keyFile, ...(passwordFile === undefined ? {} : { passwordFile }) } };
}

/** Opens the meeting server's storage beside the running server, or without one. */
export async function withStorage<T>(
  file: string | undefined,
  run: (storage: Storage, config: MeetingServerConfig) => Promise<T>,
): Promise<T> {
  const { config, storage } = meetingServer(file);
  await using scope = new Scope();
  return await run(await openStorage(scope, storage), config);
}
