import { resolve } from "node:path";
import { restoreStorage } from "#storage";
import { meetingServer, withStorage } from "./storage.ts";

interface BackupOptions {
  readonly config?: string;
}

interface RestoreOptions extends BackupOptions {
  readonly force?: boolean;
}

/** Works while the meeting server runs: what it writes meanwhile is in the next backup. */
export async function backup(file: string | undefined, { config }: BackupOptions): Promise<void> {
  const to = resolve(file ?? defaultName(new Date()));
  const { objects, bytes } = await withStorage(config, (storage) => storage.backup(to));
  console.log(`${to}: ${plural(objects, "object")}, ${plural(Math.ceil(bytes / 1000), "kilobyte")}.`);
  console.log("It holds the key of the passcodes and secrets in it: keep it where only administrators can read it.");
}

/** The meeting server should not run meanwhile: it would go on with what it has read before. */
export async function restore(file: string, { config, force = false }: RestoreOptions): Promise<void> {
  const { storage } = meetingServer(config);
  const { objects } = await restoreStorage(storage, resolve(file), { force });
  console.log(`Restored ${plural(objects, "object")}. Restart the meeting server if it runs.`);
}

function defaultName(now: Date): string {
  return `turnpike-${now.toISOString().slice(0, 19).replaceAll(":", "").replace("T", "-")}.backup`;
}

function plural(value: number, word: string): string {
  return `${value} ${word}${value === 1 ? "" : "s"}`;
}
