/** How C++ is compiled: as the product has it, or with one of the compiler's own checks for the tests. */
export type Variant = "release" | "sanitized" | "threads";

const ALL = [
  ...["-std=c++17", "-fPIC", "-fno-exceptions", "-fno-rtti", "-fvisibility=hidden", "-pthread"],
  ...["-Wall", "-Wextra", "-Wconversion", "-Werror", "-D_GLIBCXX_ASSERTIONS", "-DNAPI_VERSION=9"],
];

/** Stack clash: a big frame cannot jump over the guard page. The last one: indirect jumps land where code allows it. */
const HARDENING = [
  ...["-fstack-protector-strong", "-fstack-clash-protection", "-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=3"],
  ...(process.arch === "x64" ? ["-fcf-protection"] : []),
  ...(process.arch === "arm64" ? ["-mbranch-protection=standard"] : []),
];

/** For reports that name the lines. */
const REPORTS = ["-O1", "-g", "-fno-omit-frame-pointer"];

/** _FORTIFY_SOURCE would hide calls from the sanitizers. ThreadSanitizer does not model fences: g++ warns of each. */
const PER_VARIANT: Readonly<Record<Variant, readonly string[]>> = {
  release: ["-O2", ...HARDENING],
  sanitized: [...REPORTS, "-fsanitize=address,undefined", "-fno-sanitize-recover=all"],
  threads: [...REPORTS, "-fsanitize=thread", "-Wno-tsan"],
};

export function compileFlags(variant: Variant): string[] {
  return [...ALL, ...PER_VARIANT[variant]];
}
