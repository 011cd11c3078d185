import { enableCompileCache } from "node:module";
import { join } from "node:path";

// Compiled code is kept beside the sources, not in a directory that other users can write. Workers inherit it.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, "..", "build", "compile-cache");
enableCompileCache(process.env.NODE_COMPILE_CACHE);

const { runCommand } = await import("./cli/index.ts");
await runCommand(process.argv.slice(2));
