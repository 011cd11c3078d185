import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "vite";

const root = resolve(import.meta.dirname, "..");

/** Folders of apps/; each becomes a folder of dist/apps. */
const APPS = ["meeting", "admin"] as const;
type App = (typeof APPS)[number];

/** Builds the browser apps into dist/apps, but not those whose inputs have not changed since the last time. */
export async function buildApps(apps: readonly App[] = APPS): Promise<"built" | "up to date"> {
  const built = [];
  for (const app of apps) if (await buildApp(app)) built.push(app);
  return built.length > 0 ? "built" : "up to date";
}

async function buildApp(app: App): Promise<boolean> {
  const inputs = fingerprint(app);
  // Beside the output, not in it: the folder is served as it is.
  const stamp = join(root, `dist/apps/${app}.inputs`);
  const output = outputOf(app);
  if (existsSync(join(output, "index.html")) && existsSync(stamp) && readFileSync(stamp, "utf8") === inputs)
    return false;
  await build({ configFile: join(root, `apps/${app}/vite.config.ts`) });
  compress(output);
  writeFileSync(stamp, inputs);
  return true;
}

function outputOf(app: App): string {
  return join(root, "dist/apps", app);
}

/** Below this a packet holds the file as it is. */
const WORTH_COMPRESSING = 1400;

/** Lays a .br and a .gz beside each file that gains by it: the servers send what the browser understands. */
function compress(output: string): void {
  for (const file of globSync("**/*.{html,js,css,svg}", { cwd: output })) {
    const bytes = readFileSync(join(output, file));
    if (bytes.length < WORTH_COMPRESSING) continue;
    writeFileSync(join(output, `${file}.br`), brotliCompressSync(bytes));
    writeFileSync(join(output, `${file}.gz`), gzipSync(bytes, { level: 9 }));
  }
}

/** What the administration takes from the meeting app. */
const SHARED = "apps/meeting/{public/*,styles/{tokens,base}.css,views/{field,icons}.tsx}";

function fingerprint(app: App): string {
  const patterns = [`apps/${app}/**/*`, "apps/tsconfig.json", ...(app === "admin" ? [SHARED] : [])];
  const files = globSync(patterns, { cwd: root, exclude: (name) => name === "gallery" });
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
  for (const file of globSync("**/*.{html,js,css}", { cwd: join(root, "dist/apps") }).sort()) {
    const bytes = readFileSync(join(root, "dist/apps", file));
    const kib = (size: number) => (size / 1024).toFixed(1).padStart(7);
    console.log(`${kib(bytes.length)} KiB ${kib(gzipSync(bytes).length)} KiB gzip  ${file}`);
  }
}

if (import.meta.main) {
  const started = performance.now();
  const outcome = await buildApps();
  printSizes();
  console.log(`apps: ${outcome} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
}
