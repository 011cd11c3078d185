import type { Command } from "commander";
import { asked as askedOf } from "#role-control";
import type { TrustEnd } from "./trust.ts";

/** What the MMP of the guide's server does and no other role can, spoken to the running meeting server. */
export function addMeetingServer(program: Command): void {
  addDns(program);
  addTrust(program, "web-bridge", "the Call Bridges whose links the Web Bridge takes");
  addTrust(program, "call-bridge", "the Web Bridges that the Call Bridge dials");
}

function addDns(program: Command): void {
  const dns = program.command("dns").description("the meeting server's view of DNS");
  asked(dns.command("flush"))
    .description("forget all answers, and dial failed links again")
    .action(async (options) => (await import("./dns.ts")).flush(options));
  asked(dns.command("lookup <name> [type]"))
    .description("look a name up as the meeting server does: A, AAAA, SRV, CNAME, TXT or PTR")
    .action(async (name: string, type: string | undefined, options) =>
      (await import("./dns.ts")).lookup(name, type, options),
    );
}

function addTrust(program: Command, end: TrustEnd, whom: string): void {
  const trust = program.command(end).description(`trust in ${whom}`).command("trust").description(whom);
  asked(trust.command("add <file>"))
    .description("trust a link certificate (PEM; - reads standard input)")
    .action(async (file: string, options) => (await import("./trust.ts")).addTrust(end, file, options));
  asked(trust.command("list"))
    .description("list the trusted certificates")
    .action(async (options) => (await import("./trust.ts")).listTrust(end, options));
  asked(trust.command("remove <fingerprint>"))
    .description("trust one no longer, and cut its link; the first eight digits are enough")
    .action(async (fingerprint: string, options) =>
      (await import("./trust.ts")).removeTrust(end, fingerprint, options),
    );
}

function asked(command: Command): Command {
  return askedOf(command, "meeting server");
}
