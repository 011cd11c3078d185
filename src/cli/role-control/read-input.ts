import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { textOf } from "#base";
import { fail } from "./errors.ts";

/** The text of a file, or of standard input for "-". Throws CLI_FILE_UNREADABLE. */
export async function readInput(file: string): Promise<string> {
  try {
    return file === "-" ? await text(process.stdin) : readFileSync(file, "utf8");
  } catch (error) {
    throw fail("CLI_FILE_UNREADABLE", { file, why: textOf(error) }, error);
  }
}
