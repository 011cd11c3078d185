import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { compile, SOURCES } from "./native/compile.ts";
import { compileFlags, type Variant } from "./native/flags.ts";

const LINK = ["-shared", "-Wl,-z,relro,-z,now,-z,noexecstack"];

export type NativeBuild =
  | { readonly result: "built" | "up to date" }
  /** One line for people: what is missing, or what the compiler said. */
  | { readonly result: "skipped"; readonly why: string };

/** Where a variant lies. The product loads "release"; tests name another one in TURNPIKE_NATIVE_ADDON. */
export function addonFile(variant: Variant): string {
  return join(SOURCES, "build", variant === "release" ? "turnpike.node" : `turnpike-${variant}.node`);
}

/** Compiles src/native with g++ against the headers of the Node that runs Turnpike. Never throws. */
export async function buildNative(variant: Variant = "release"): Promise<NativeBuild> {
  const include = nodeHeaders();
  if (!include) return { result: "skipped", why: `no Node package for linux-${process.arch} is installed` };
  const target = addonFile(variant);
  const stamp = target.replace(/\.node$/, ".hash");
  const wanted = fingerprint(include, variant);
  if (existsSync(target) && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted)
    return { result: "up to date" };
  const sources = ["*.cc", "plane/*.cc"];
  try {
    await compile({ target, sources, variant, compile: ["-isystem", include], link: LINK });
    writeFileSync(stamp, wanted);
    return { result: "built" };
  } catch (thrown) {
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

/** Changes with the sources, their names, the flags and the headers' version. */
function fingerprint(include: string, variant: Variant): string {
  const hash = createHash("sha256").update([...compileFlags(variant), ...LINK].join(" "));
  for (const file of globSync(["*.{cc,h}", "plane/*.{cc,h}"], { cwd: SOURCES }).sort())
    hash.update(`\n${file}\n`).update(readFileSync(join(SOURCES, file)));
  return hash.update(readFileSync(join(include, "node_version.h"))).digest("hex");
}

function reasonOf(thrown: unknown): string {
  const { code, stderr } = thrown as { code?: unknown; stderr?: string };
  if (code === "ENOENT") return "g++ is not installed";
  return `g++ failed: ${stderr?.split("\n").find((line) => line.includes("error")) ?? String(thrown)}`;
}
