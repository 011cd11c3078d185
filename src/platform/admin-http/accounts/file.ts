import {
  closeSync,
  fchownSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { Scope, textOf } from "#base";
import { fail } from "../errors.ts";

const account = z.strictObject({
  name: z.string().min(1),
  role: z.enum(["admin", "api", "read-only"]),
  passwordHash: z.string().startsWith("$argon2id$"),
  /** A second factor that its owner has confirmed. */
  totp: z
    .strictObject({
      /** Base32 (RFC 4648). */
      secret: z.string().min(16),
      /** The last time step that was used: no code is taken twice (RFC 6238 5.2). */
      lastStep: z.int(),
    })
    .optional(),
  /** Milliseconds since 1970. */
  createdAt: z.int(),
  changedAt: z.int(),
});

const schema = z.strictObject({
  administrators: z
    .array(account)
    .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, { error: "a name stands twice" }),
});

export type Account = Readonly<z.output<typeof account>>;

/** None if there is no file or an empty one. Throws ADMIN_ACCOUNTS_FILE or ADMIN_ACCOUNTS_OPEN. */
export function readAccounts(file: string): readonly Account[] {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat) return [];
  if (stat.mode & 0o077) throw fail("ADMIN_ACCOUNTS_OPEN", { file, mode: (stat.mode & 0o777).toString(8) });
  try {
    const text = readFileSync(file, "utf8").trim();
    return text === "" ? [] : schema.parse(JSON.parse(text)).administrators;
  } catch (error) {
    const [issue] = error instanceof z.ZodError ? error.issues : [];
    throw fail("ADMIN_ACCOUNTS_FILE", {
      file,
      why: issue ? `${issue.path.join(".")}: ${issue.message}` : textOf(error),
    });
  }
}

/**
 * Reads, changes and writes the file, whole or not at all. The new file is begun before the old one is read and only
 * one process can begin it, so that no change of another is lost.
 */
export async function updateAccounts(
  file: string,
  change: (accounts: readonly Account[]) => readonly Account[],
): Promise<void> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.new`;
  const handle = await begin(draft);
  try {
    const administrators = change(readAccounts(file));
    writeSync(handle, `${JSON.stringify({ administrators }, null, 2)}\n`);
    keepOwner(handle, file);
    fsyncSync(handle);
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
}

const TRIES = 40;
const TRY_EVERY_MS = 50;
/** A draft this old was left by a process that died. */
const STALE_MS = 10_000;

async function begin(draft: string): Promise<number> {
  await using scope = new Scope();
  for (let left = TRIES; left > 0; left--) {
    try {
      return openSync(draft, "wx", 0o600);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const stat = statSync(draft, { throwIfNoEntry: false });
    if (stat && Date.now() - stat.mtimeMs > STALE_MS) rmSync(draft, { force: true });
    else await scope.sleep(TRY_EVERY_MS);
  }
  throw fail("ADMIN_ACCOUNTS_BUSY", { draft });
}

/** What root writes must stay readable by the user of the role. */
function keepOwner(handle: number, file: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(file, { throwIfNoEntry: false }) ?? statSync(dirname(file));
  fchownSync(handle, uid, gid);
}
