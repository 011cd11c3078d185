import { type Command, Option } from "commander";
import { addCertificates } from "./certificates-commands.ts";
import type { TrustEnd } from "./trust.ts";

/** What the MMP of the guide's server does, spoken to the running meeting server over its control socket. */
export function addMeetingServer(program: Command): void {
  asked(program.command("status"))
    .description("show what the meeting server does now, its links, its TURN servers and what is wrong")
    .action(async (options) => (await import("./status.ts")).status(options));
  addDns(program);
  addTrust(program, "web-bridge", "the Call Bridges whose links the Web Bridge takes");
  addTrust(program, "call-bridge", "the Web Bridges that the Call Bridge dials");
  addCertificates(program);
  addLogs(program);
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

function addLogs(program: Command): void {
  asked(program.command("event-log"))
    .description("print the latest lines of the event log")
    .option("--follow", "go on with what comes, until Ctrl-C")
    .option("--limit <lines>", "how many lines back", "50")
    .addOption(new Option("--level <level>", "the least level").choices(["info", "warning", "error"]).default("info"))
    .option("--text <text>", "only lines that contain it")
    .action(async (options) => (await import("./event-log.ts")).eventLog(options));
  const tracing = program.command("tracing").description("detailed tracing into the event log, for a while");
  asked(tracing.command("list"))
    .description("list the subsystems and which are traced")
    .action(async (options) => (await import("./tracing.ts")).listTracing(options));
  asked(tracing.command("set <subsystem> <minutes>"))
    .description("trace a subsystem for so many minutes; 0 ends it")
    .action(async (subsystem: string, minutes: string, options) =>
      (await import("./tracing.ts")).setTracing(subsystem, minutes, options),
    );
}

function asked(command: Command): Command {
  return command
    .option("--config <file>", "the meeting server's YAML file", "data/meeting-server/meeting-server.yaml")
    .option("--json", "print JSON instead of text");
}
