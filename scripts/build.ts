import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "vite";

const root = resolve(import.meta.dirname, "..");
const output = join(root, "dist/apps/meeting");
/** Beside the output, not in it: the folder is served as it is. */
const stamp = join(root, "dist/apps/meeting.inputs");

/** Builds the browser apps into dist/apps, unless what they are made of has not changed since the last time. */
export async function buildApps(): Promise<"built" | "up to date"> {
  const inputs = fingerprint();
  if (existsSync(join(output, "index.html")) && existsSync(stamp) && readFileSync(stamp, "utf8") === inputs)
    return "up to date";
  await build({ configFile: join(root, "apps/meeting/vite.config.ts") });
  compress();
  writeFileSync(stamp, inputs);
  return "built";
}

/** Below this a packet holds the file as it is. */
const WORTH_COMPRESSING = 1400;

/** Lays a .br and a .gz beside each file that gains by it: the Web Bridge sends what the browser understands. */
function compress(): void {
  for (const file of globSync("**/*.{html,js,css,svg}", { cwd: output })) {
    const bytes = readFileSync(join(output, file));
    if (bytes.length < WORTH_COMPRESSING) continue;
    writeFileSync(join(output, `${file}.br`), brotliCompressSync(bytes));
    writeFileSync(join(output, `${file}.gz`), gzipSync(bytes, { level: 9 }));
  }
}

function fingerprint(): string {
  const files = globSync("apps/{meeting/**/*,tsconfig.json}", { cwd: root, exclude: (name) => name === "gallery" });
  const hash = createHash("sha256");
  for (const file of [...files, "package-lock.json", "scripts/build.ts"].sort())
    if (statSync(join(root, file)).isFile())
      hash
        .update(file)
        .update("\0")
        .update(readFileSync(join(root, file)));
  return hash.digest("hex");
}

function printSizes(): void {
  for (const file of globSync("**/*.{html,js,css}", { cwd: output }).sort()) {
    const bytes = readFileSync(join(output, file));
    const kib = (size: number) => (size / 1024).toFixed(1).padStart(7);
    console.log(`${kib(bytes.length)} KiB ${kib(gzipSync(bytes).length)} KiB gzip  ${file}`);
  }
}

if (import.meta.main) {
  const started = performance.now();
  const outcome = await buildApps();
  printSizes();
  console.log(`apps/meeting: ${outcome} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
}
