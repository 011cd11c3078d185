import { type Command, InvalidArgumentError } from "commander";
import { asked } from "#role-control";

/** `turnpike diagnostics` and `turnpike log-level`: what helps to find a fault in the role that runs on this machine. */
export function addDiagnostics(program: Command): void {
  const diagnostics = program
    .command("diagnostics")
    .summary("collect a detailed log with packet captures")
    .description("collect a detailed log with packet captures from a running role, for one archive");
  addStart(diagnostics);
  asked(diagnostics.command("status"))
    .description("show whether it runs, and what has been collected")
    .action(async (options) => (await import("./diagnostics.ts")).status(options));
  asked(diagnostics.command("marker <text>"))
    .description("write DEBUG_MARKER and a text into the log and the captures")
    .action(async (text: string, options) => (await import("./diagnostics.ts")).marker(text, options));
  asked(diagnostics.command("stop"))
    .description("end it; what was collected stays until the next start")
    .action(async (options) => (await import("./diagnostics.ts")).stop(options));
  asked(diagnostics.command("download [file]"))
    .description("write the archive into a file (default: its own name, in this folder)")
    .action(async (file: string | undefined, options) => (await import("./diagnostics.ts")).download(file, options));
  asked(program.command("log-level [module] [level]"))
    .summary("list the log levels of its modules, or set one for a while")
    .description("list the modules of a running role with their log levels, or set one; it ends by itself")
    .option("--minutes <number>", "for how long", wholeNumber, 60)
    .action(async (module: string | undefined, level: string | undefined, options) =>
      (await import("./log-level.ts")).logLevel(module, level, options),
    );
}

function addStart(diagnostics: Command): void {
  asked(diagnostics.command("start"))
    .description("start it; what an earlier one has collected is gone then")
    .option("--modules <list>", "modules that log at debug, such as proxy,turn (default: all)", words)
    .option("--no-capture", "no packet captures of their sockets")
    .option("--address <list>", "capture packets from and to these addresses, prefixes or names only", words, [])
    .option("--port <list>", "capture packets from and to these ports only", numbers, [])
    .option("--headers-only", "keep the first 96 bytes of each packet")
    .option("--minutes <number>", "after so many it ends by itself", wholeNumber, 60)
    .action(async (options) => (await import("./diagnostics.ts")).start(options));
}

function words(text: string): string[] {
  return text.split(",").map((word) => word.trim());
}

function numbers(text: string): number[] {
  return words(text).map(wholeNumber);
}

function wholeNumber(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError("It is not a number.");
  return Number(text);
}
