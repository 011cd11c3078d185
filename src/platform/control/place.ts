import { once } from "node:events";
import { lstatSync, mkdirSync, statSync, unlinkSync } from "node:fs";
import { createConnection } from "node:net";
import { dirname } from "node:path";
import { textOf } from "#base";
import { fail } from "./errors.ts";

/** `sun_path` of unix(7) has 108 bytes, the last of them zero; Node would say EINVAL. */
const MAX_PATH = 107;

export function checkLength(path: string): void {
  const length = Buffer.byteLength(path);
  if (length > MAX_PATH) throw fail("CONTROL_PATH_TOO_LONG", { path, length, max: MAX_PATH });
}

/** Makes the path free to be bound: its folder is ours alone, and a socket that a dead process left there is gone. */
export async function clearPlace(path: string): Promise<void> {
  checkLength(path);
  checkFolder(dirname(path));
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return;
  if (!found.isSocket()) throw fail("CONTROL_NOT_A_SOCKET", { path });
  if (await answers(path)) throw fail("CONTROL_IN_USE", { path });
  unlinkSync(path);
}

/** Who may write to the folder could replace the socket and be told what administrators say. */
function checkFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw fail("CONTROL_FOLDER_UNUSABLE", { folder, why: textOf(error) }, error);
  }
  const { mode, uid } = statSync(folder);
  const ours = uid === 0 || uid === process.getuid?.();
  if (!ours || (mode & 0o022) !== 0) throw fail("CONTROL_FOLDER_OPEN", { folder });
}

/** A socket file outlives its process; then connecting is refused. Anything else means that somebody is there. */
async function answers(path: string): Promise<boolean> {
  const socket = createConnection(path);
  try {
    await once(socket, "connect");
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ECONNREFUSED";
  } finally {
    socket.destroy();
  }
}
