import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "..");
const folder = join(root, "src/native");
const target = join(folder, "build/turnpike.node");
const stamp = join(folder, "build/turnpike.hash");

const FLAGS = [
  ...["-std=c++17", "-O2", "-fPIC", "-shared", "-fno-exceptions", "-fno-rtti", "-fvisibility=hidden"],
  ...["-Wall", "-Wextra", "-Wconversion", "-Werror"],
  ...["-fstack-protector-strong", "-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=2", "-D_GLIBCXX_ASSERTIONS"],
  ...["-Wl,-z,relro,-z,now,-z,noexecstack", "-DNAPI_VERSION=9"],
];

export type NativeBuild =
  | { readonly result: "built" | "up to date" }
  /** One line for people: what is missing, or what the compiler said. */
  | { readonly result: "skipped"; readonly why: string };

/** Compiles src/native with g++ against the headers of the Node that runs Turnpike. Never throws. */
export async function buildNative(): Promise<NativeBuild> {
  const include = nodeHeaders();
  if (!include) return { result: "skipped", why: `no Node package for linux-${process.arch} is installed` };
  const sources = globSync("*.cc", { cwd: folder }).sort();
  const wanted = fingerprint(include);
  if (existsSync(target) && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted)
    return { result: "up to date" };
  mkdirSync(dirname(target), { recursive: true });
  // A running process may have the old one mapped: the new one takes its name, not its place.
  const fresh = `${target}.${process.pid}`;
  try {
    await promisify(execFile)("g++", [...FLAGS, "-isystem", include, "-o", fresh, ...sources], { cwd: folder });
    renameSync(fresh, target);
    writeFileSync(stamp, wanted);
    return { result: "built" };
  } catch (thrown) {
    rmSync(fresh, { force: true });
    return { result: "skipped", why: reasonOf(thrown) };
  }
}

/** include/node of the npm package that carries Node itself: its headers match its binary, OpenSSL's among them. */
function nodeHeaders(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve(`node-linux-${process.arch}/package.json`);
    return join(dirname(manifest), "include/node");
  } catch {
    return undefined;
  }
}

/** Changes with the sources, the flags and the headers' version. */
function fingerprint(include: string): string {
  const hash = createHash("sha256").update(FLAGS.join(" "));
  for (const file of globSync("*.{cc,h}", { cwd: folder }).sort()) hash.update(readFileSync(join(folder, file)));
  return hash.update(readFileSync(join(include, "node_version.h"))).digest("hex");
}

function reasonOf(thrown: unknown): string {
  const { code, stderr } = thrown as { code?: unknown; stderr?: string };
  if (code === "ENOENT") return "g++ is not installed";
  return `g++ failed: ${stderr?.split("\n").find((line) => line.includes("error")) ?? String(thrown)}`;
}
