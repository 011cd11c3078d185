import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { addonFile, buildNative } from "../../scripts/native.ts";

const root = join(import.meta.dirname, "../..");

/**
 * Tests that use the addon. Leaks are looked for in the plane's stress test, which has no Node in it; what is freed is kept
 * for a short while only, since some of these tests look at the memory in use.
 */
const TESTS = ["src/native/*.test.ts", "src/traversal/packet-plane/*.test.ts", "src/protocols/srtp/*.test.ts"];
const ASAN_OPTIONS = "detect_leaks=0:quarantine_size_mb=1:abort_on_error=0:exitcode=86";

test("the tests of the addon pass under AddressSanitizer and UndefinedBehaviorSanitizer", async () => {
  const built = await buildNative("sanitized");
  assert.notEqual(built.result, "skipped", JSON.stringify(built));
  const environment = sanitized();
  assert.deepEqual(loadedIn(environment), ["libasan.so", "libubsan.so"]);
  const files = globSync(TESTS, { cwd: root }).filter((file) => !file.endsWith(".integration.test.ts"));
  assert.ok(files.length > 5);
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--test", "--test-concurrency=2", ...files], {
    cwd: root,
    env: environment,
    encoding: "utf8",
    maxBuffer: 64 << 20,
  });
  const output = `${stdout}\n${stderr}`;
  assert.doesNotMatch(output, /AddressSanitizer|runtime error:/);
  assert.equal(status, 0, output);
});

/** Node itself is not compiled with them: their libraries have to be there before it begins. */
function sanitized(): NodeJS.ProcessEnv {
  const library = (name: string) => execFileSync("g++", [`-print-file-name=${name}`], { encoding: "utf8" }).trim();
  const { NODE_TEST_CONTEXT: _, ...environment } = process.env;
  return {
    ...environment,
    LD_PRELOAD: library("libasan.so"),
    ASAN_OPTIONS,
    UBSAN_OPTIONS: "print_stacktrace=1",
    TURNPIKE_NATIVE_ADDON: addonFile("sanitized"),
  };
}

/** Which of their libraries a process has that loads the addon as the product does. */
function loadedIn(env: NodeJS.ProcessEnv): string[] {
  const script = `
    const { nativeAvailable } = await import("#native");
    if (!nativeAvailable()) throw new Error("the addon was not loaded");
    console.log(JSON.stringify(process.report.getReport().sharedObjects));`;
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", script], { cwd: root, env });
  const names = (JSON.parse(String(output)) as string[]).map((path) =>
    path
      .split("/")
      .pop()!
      .replace(/\.so.*/, ".so"),
  );
  return names.filter((name) => /^lib(asan|ubsan)\.so$/.test(name)).sort();
}
