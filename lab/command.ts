import { spawn, spawnSync } from "node:child_process";
import { text } from "node:stream/consumers";

/** Runs a program to its end, with `input` on its standard input, and resolves with what it printed; rejects if it fails. */
export async function command(file: string, args: readonly string[], input = ""): Promise<string> {
  const child = spawn(file, args, { stdio: "pipe" });
  const failed = new Promise<never>((_, reject) => child.once("error", reject));
  const exit = new Promise<number | null>((resolve) => child.once("close", resolve));
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const output = Promise.all([text(child.stdout), text(child.stderr), exit]);
  const [out, complaint, code] = await Promise.race([output, failed]);
  if (code !== 0) throw new Error(`${file} ${args.join(" ")}: ${complaint.trim() || `exit code ${code}`}`);
  return out;
}

/** As `command`, for where nothing may be awaited: at the end of the process. Failures are ignored. */
export function commandSync(file: string, args: readonly string[]): string {
  return spawnSync(file, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).stdout ?? "";
}

export function installed(program: string): boolean {
  return spawnSync("sh", ["-c", `command -v ${program}`], { env: withSbin(), stdio: "ignore" }).status === 0;
}

/** `ip` and `nft` live in sbin, which is not on everybody's path. */
export function withSbin(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env.PATH ?? ""}:/usr/local/sbin:/usr/sbin:/sbin` };
}
