import { type Command, InvalidArgumentError } from "commander";
import { asked as askedOf, watched } from "#role-control";

/** What is asked of the edge that runs on this machine, besides TURN. Commands are loaded on demand. */
export function addEdge(program: Command): void {
  const protection = program.command("protection").description("what the edge does about sources that keep failing");
  watched(asked(protection.command("list")))
    .description("list the blocked sources, what they did, and who is exempt")
    .action(async (options) => (await import("./protection.ts")).list(options));
  asked(protection.command("block <source>"))
    .description("block an address, or an IPv6 /64, at once: what it has open ends")
    .option("--minutes <number>", "how long; until the edge is started anew at most", minutesOf, 60)
    .action(async (source: string, options) => (await import("./protection.ts")).block(source, options));
  asked(protection.command("unblock <source>"))
    .description("let a blocked address or network in again, and forget what it did")
    .action(async (source: string, options) => (await import("./protection.ts")).unblock(source, options));
  asked(protection.command("exempt <address>"))
    .description("neither limit nor block an address or a prefix, such as that of an office")
    .option("--remove", "limit and block it again")
    .action(async (address: string, options) => (await import("./protection.ts")).exempt(address, options));
}

function minutesOf(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError("It is not a number.");
  return Number(text);
}

function asked(command: Command): Command {
  return askedOf(command, "edge");
}
