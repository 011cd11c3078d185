import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { FAMILIES } from "./web-metrics.ts";

test("docs/protocol/edge-metrics.md names each metric as the code has it, and no other", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/protocol/edge-metrics.md"), "utf8");
  const rows = [...page.matchAll(/^\| `(turnpike_\w+)` \| (\w+) \| (.*?) \| (.*) \|$/gm)].map((row) => row.slice(1));
  const families = FAMILIES.map(({ name, type, labels, help }) => [
    name,
    type,
    labels.map((label) => `\`${label}\``).join(", "),
    help,
  ]);
  assert.deepEqual(rows, families);
});
