import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { SUBSYSTEMS } from "./index.ts";

test("docs/protocol/event-log.md lists each subsystem in words of the table", () => {
  const page = readFileSync(join(resolve(import.meta.dirname, "../../.."), "docs/protocol/event-log.md"), "utf8");
  const [, section = ""] = page.split("## Detailed tracing");
  const rows = section
    .split("\n## ")[0]!
    .split("\n")
    .filter((line) => line.startsWith("| `"));
  assert.deepEqual(
    rows,
    Object.entries(SUBSYSTEMS).map(([name, meaning]) => `| \`${name}\` | ${meaning} |`),
  );
});
