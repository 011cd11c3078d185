import { type Command, Option } from "commander";
import { asked, watched } from "#role-control";
import { addCertificates } from "./certificates-commands.ts";

/** What is asked of any role that runs on this machine. Commands are loaded on demand. */
export function addOperations(program: Command): void {
  watched(asked(program.command("status")))
    .summary("what is wrong, how far a guest comes, and what it does now")
    .description("show what is wrong with a running role, and how far a guest comes; exit code 1 if there is a fault")
    .action(async (options) => (await import("./status/status.ts")).status(options));
  asked(program.command("alarms"))
    .summary("what is wrong, and what to do about it")
    .description("list what is wrong and what to do about it; exit code 1 if there is a fault")
    .option("--past", "list those that are over instead")
    .action(async (options) => (await import("./alarms.ts")).alarms(options));
  addLogs(program);
  addTunnels(program);
  addCertificates(program);
  addConfig(program);
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

function addTunnels(program: Command): void {
  const tunnels = program.command("tunnels").description("the SSH connections between core and edge");
  watched(asked(tunnels.command("list"), "core or edge"))
    .description("list those of the role that runs here; exit code 1 if one has failed, or an edge has none")
    .action(async (options) => (await import("./tunnels.ts")).list(options));
  asked(tunnels.command("retry"), "core")
    .description("dial those that failed now")
    .action(async (options) => (await import("./tunnels.ts")).retry(options));
}

function addConfig(program: Command): void {
  const config = program.command("config").description("the configuration of a running core or edge");
  asked(config.command("show [key]"), "core or edge")
    .description("print what holds, defaults included, of the whole or below a key such as web.limits")
    .option("--written", "only what stands in the file")
    .option("--editable", "only the keys that `config set` changes, with all below them")
    .action(async (key: string | undefined, options) => (await import("./config.ts")).showConfig(key, options));
  asked(config.command("set <key> <value>"), "core or edge")
    .description("change a key in the file and at once, such as protection.mode observe; the value is YAML")
    .action(async (key: string, value: string, options) =>
      (await import("./config.ts")).setConfig(key, value, options),
    );
  asked(config.command("unset <key>"), "core or edge")
    .description("take a key out of the file: its default holds again")
    .action(async (key: string, options) => (await import("./config.ts")).unsetConfig(key, options));
}
