import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, describe, test } from "node:test";
import { type Service, unitOf } from "./systemd.ts";

const analyze = (...args: string[]) => spawnSync("systemd-analyze", args, { encoding: "utf8" });
const skip = analyze("--version").error ? "systemd-analyze missing (package systemd)" : false;

/** Of 100; systemd calls 50 and more MEDIUM, and an unprotected service has 96. */
const MAX_EXPOSURE = 19;

describe("the units that `turnpike init` writes", { skip }, () => {
  const dir = mkdtempSync(join(tmpdir(), "turnpike-units-"));
  after(() => rmSync(dir, { recursive: true }));
  const services: readonly Pick<Service, "role" | "lowPorts">[] = [
    { role: "edge", lowPorts: true },
    { role: "core", lowPorts: false },
    { role: "meeting-server", lowPorts: true },
  ];
  for (const service of services)
    test(`turnpike-${service.role}.service is understood by systemd, and confined`, () => {
      const file = join(dir, `turnpike-${service.role}.service`);
      const program = resolve(import.meta.dirname, "../../..");
      writeFileSync(file, unitOf({ ...service, about: "test", places: { program } }));
      const verified = analyze("verify", "--man=no", file);
      assert.deepEqual([verified.status, verified.stdout + verified.stderr], [0, ""]);
      const rated = analyze("security", "--offline=true", `--threshold=${MAX_EXPOSURE}`, "--no-pager", file);
      assert.equal(rated.status, 0, rated.stdout + rated.stderr);
    });
});
