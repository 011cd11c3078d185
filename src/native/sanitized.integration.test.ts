import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { CHILDREN, runChild } from "../../scripts/fuzz/children.ts";
import { addonFile, buildNative } from "../../scripts/native.ts";

const root = join(import.meta.dirname, "../..");

/** Node itself is not compiled with the sanitizers: their libraries have to be there before it begins. */
interface Sanitizer {
  readonly libraries: readonly string[];
  readonly options: Readonly<Record<string, string>>;
  /** Tests that use the addon. */
  readonly tests: readonly string[];
  /** Arguments of any kind, so long. */
  readonly fuzzSeconds?: number;
}

/** Fixed, so that a run of the tests makes the same choices each time. */
const SEED = 20_240_901;

/**
 * Leaks are looked for in the plane's stress test, which has no Node in it. What is freed is kept for a short while only,
 * since some tests look at the memory in use. ThreadSanitizer knows nothing of what Node's own threads do.
 */
const SANITIZERS: Readonly<Record<"sanitized" | "threads", Sanitizer>> = {
  sanitized: {
    libraries: ["libasan.so", "libubsan.so"],
    options: { ASAN_OPTIONS: "detect_leaks=0:quarantine_size_mb=1", UBSAN_OPTIONS: "print_stacktrace=1" },
    tests: ["src/native/*.test.ts", "src/traversal/packet-plane/*.test.ts", "src/protocols/srtp/*.test.ts"],
    fuzzSeconds: 6,
  },
  threads: {
    libraries: ["libtsan.so"],
    options: { TSAN_OPTIONS: "ignore_noninstrumented_modules=1" },
    tests: ["src/traversal/packet-plane/native*.test.ts"],
  },
};

for (const [variant, sanitizer] of Object.entries(SANITIZERS) as [keyof typeof SANITIZERS, Sanitizer][])
  test(`the tests of the addon pass with ${sanitizer.libraries.join(" and ")}`, async () => {
    const built = await buildNative(variant);
    assert.notEqual(built.result, "skipped", JSON.stringify(built));
    const env = environmentOf(variant, sanitizer);
    assert.deepEqual(loadedIn(env), sanitizer.libraries);
    const files = globSync(sanitizer.tests, { cwd: root }).filter((file) => !file.endsWith(".integration.test.ts"));
    assert.ok(files.length > 0);
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--test", "--test-concurrency=2", ...files], {
      cwd: root,
      env,
      encoding: "utf8",
      maxBuffer: 64 << 20,
    });
    const output = `${stdout}\n${stderr}`;
    assert.doesNotMatch(output, /(Address|Thread)Sanitizer|runtime error:/, output);
    assert.equal(status, 0, output);
    if (!sanitizer.fuzzSeconds) return;
    const fuzzed = runChild(CHILDREN.addon!, SEED, sanitizer.fuzzSeconds, env);
    assert.equal(fuzzed.code, 0, fuzzed.output);
  });

function environmentOf(variant: "sanitized" | "threads", { libraries, options }: Sanitizer): NodeJS.ProcessEnv {
  const first = execFileSync("g++", [`-print-file-name=${libraries[0]}`], { encoding: "utf8" }).trim();
  const { NODE_TEST_CONTEXT: _, ...environment } = process.env;
  return { ...environment, ...options, LD_PRELOAD: first, TURNPIKE_NATIVE_ADDON: addonFile(variant) };
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
  return names.filter((name) => /^lib(asan|ubsan|tsan)\.so$/.test(name)).sort();
}
