import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";

const disk = mkdtempSync(join(tmpdir(), "turnpike-disk-"));
after(() => rmSync(disk, { recursive: true }));

test("on a full or read-only disk writes are refused, nothing is half done, and with room it goes on", async () => {
  const program = join(import.meta.dirname, "../testing/full-disk.testprogram.ts");
  const script = `mount -t tmpfs -o size=1m tmpfs "$1" && exec "$2" "$3" "$1"`;
  const args = ["--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", disk, process.execPath, program];
  const { stdout } = await promisify(execFile)("unshare", args, { timeout: 60_000 });
  assert.match(stdout, /^\d+ stored$/m);
});
