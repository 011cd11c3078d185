import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

const SCRIPT = join(import.meta.dirname, "testing/black-hole.ts");
/** A network namespace of its own, and the rights in it. */
const UNSHARE = ["-r", "-n"];
const skip = canUnshare() ? false : "needs network namespaces (unshare) and nft";

function canUnshare(): boolean {
  try {
    execFileSync("unshare", [...UNSHARE, "nft", "add table inet probe"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

test("behind a black hole the tunnels are given up, tried over 443, and back within 5 s of the network", {
  skip,
}, async () => {
  const { stdout } = await promisify(execFile)("unshare", [...UNSHARE, process.execPath, SCRIPT], { timeout: 120_000 });
  const took: Record<string, number> = JSON.parse(stdout);
  const report = JSON.stringify(took);
  assert.ok(took.shortCut! < 5000, report);
  for (const extraMs of [0, 1300, 3100]) {
    assert.ok(took[`noticed${extraMs}`]! < 7000, report);
    assert.ok(took[`back${extraMs}`]! < 5000, report);
  }
  assert.ok(took.over443! < 13_000, report);
});
