import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { z } from "zod";
import { ConfigFile } from "./file.ts";

const schema = z.strictObject({
  joinHosts: z.array(z.strictObject({ host: z.string(), whip: z.boolean().default(false) })).min(1),
  port: z.int().min(1).max(65535).default(443),
});
const TEXT = "# Ours.\njoinHosts:\n  - host: a.example # the first\nport: 8443\n";

function file(t: TestContext): ConfigFile<z.output<typeof schema>> {
  const dir = mkdtempSync(join(tmpdir(), "config-file-"));
  t.after(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, "role.yaml"), TEXT, { mode: 0o640 });
  return new ConfigFile(join(dir, "role.yaml"), schema);
}

test("a change is in the file and in what is read; comments, order and file mode stay", (t) => {
  const config = file(t);
  const after = config.change([{ path: ["joinHosts", 1], value: { host: "b.example", whip: true } }]);
  assert.deepEqual(after, config.read());
  assert.deepEqual(after.joinHosts, [
    { host: "a.example", whip: false },
    { host: "b.example", whip: true },
  ]);
  const text = readFileSync(config.path, "utf8");
  assert.match(text, /^# Ours\.\njoinHosts:\n {2}- host: a\.example # the first\n {2}- host: b\.example\n/);
  assert.equal(statSync(config.path).mode & 0o777, 0o640);
});

test("undefined takes a key away, so that its default holds", (t) => {
  const config = file(t);
  assert.equal(config.change([{ path: ["port"], value: undefined }]).port, 443);
  assert.doesNotMatch(readFileSync(config.path, "utf8"), /port/);
});

test("what a start would refuse is not written", (t) => {
  const config = file(t);
  assert.throws(() => config.change([{ path: ["port"], value: 0 }]), { code: "CONFIG_BAD_VALUE" });
  assert.throws(() => config.change([{ path: ["prot"], value: 1 }]), { code: "CONFIG_UNKNOWN_KEY" });
  assert.equal(readFileSync(config.path, "utf8"), TEXT);
});

test("of two who start from the same text the second is told", (t) => {
  const config = file(t);
  const revision = config.revision();
  config.change([{ path: ["port"], value: 1000 }], revision);
  assert.throws(() => config.change([{ path: ["port"], value: 2000 }], revision), { code: "CONFIG_CHANGED_MEANWHILE" });
  assert.equal(config.read().port, 1000);
});
