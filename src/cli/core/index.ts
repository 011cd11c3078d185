import { type Command, Option } from "commander";
import { asked as askedOf } from "#role-control";

/** What an administrator asks of the core that runs on this machine. Commands are loaded on demand. */
export function addCore(program: Command): void {
  addJoinHosts(program);
  addAllowList(program);
}

function addJoinHosts(program: Command): void {
  const hosts = program.command("join-hosts").description("the names under which guests join, and their Web Bridges");
  asked(hosts.command("list"))
    .description("list the join hosts with the targets to which they resolve; exit code 1 if one has no active target")
    .action(async (options) => (await import("./join-hosts.ts")).list(options));
  asked(hosts.command("add <host>"))
    .description("let guests join under a name")
    .option("--target <host:port>", "where its Web Bridge is (default: DNS says, by SRV _cms-web._tls, else A/AAAA)")
    .option("--ca <file>", "PEM authorities that may have signed the Web Bridge's certificate (default: the system's)")
    .option("--certificate <file>", "the Web Bridge's exact certificate instead")
    .option("--whip", "allow PATCH, which encoders that publish by WHIP need")
    .option("--no-automatic-rules", "let through only what the allow list's editable rules name")
    .action(async (host: string, options) => (await import("./join-hosts.ts")).add(host, options));
  asked(hosts.command("remove <host>"))
    .description("let guests join under that name no longer, and end their connections")
    .action(async (host: string, options) => (await import("./join-hosts.ts")).remove(host, options));
  asked(hosts.command("check [host]"))
    .description("look up and check the targets now, of one join host or of all")
    .action(async (host: string | undefined, options) => (await import("./join-hosts.ts")).check(host, options));
  for (const state of ["on", "off"] as const)
    asked(hosts.command(`${state} [host]`))
      .description(
        state === "on"
          ? "serve guests again, of one join host or the whole Meeting Server Web Proxy"
          : "refuse guests and end their connections, of one join host or the whole Meeting Server Web Proxy",
      )
      .action(async (host: string | undefined, options) =>
        (await import("./join-hosts.ts")).turn(state === "on", host, options),
      );
}

function addAllowList(program: Command): void {
  const list = program.command("allow-list").description("what may pass from the edges to the inside");
  asked(list.command("list"))
    .description("list the rules with their counters")
    .option("--refusals", "list the latest refusals instead, each with the rule that was nearest")
    .action(async (options) => (await import("./allow-list.ts")).list(options));
  asked(list.command("add <url>"))
    .description("add an editable rule for a URL of a join host, such as https://join.example.com/whip")
    .option("--description <text>", "what it is for", "")
    .option("--methods <list>", "such as GET,PATCH (default: GET,POST,PUT,HEAD,DELETE)")
    .addOption(new Option("--match <type>", "prefix: paths below too").choices(["exact", "prefix"]).default("exact"))
    .action(async (url: string, options) => (await import("./allow-list.ts")).add(url, options));
  asked(list.command("remove <id>"))
    .description("remove an editable rule")
    .action(async (id: string, options) => (await import("./allow-list.ts")).remove(id, options));
  asked(list.command("import <file>"))
    .description("add and change editable rules by a CSV file (- reads standard input): all of it, or nothing")
    .option("--dry-run", "only say what would change")
    .option("--replace", "remove the editable rules that the file does not have")
    .action(async (file: string, options) => (await import("./allow-list.ts")).importRules(file, options));
  asked(list.command("export [file]"))
    .description("write the editable rules as CSV (default: to standard output)")
    .action(async (file: string | undefined, options) => (await import("./allow-list.ts")).exportRules(file, options));
  asked(list.command("explain <method> <url>"))
    .description("say whether a request would pass, and by which rule or why not; exit code 1 if not")
    .action(async (method: string, url: string, options) =>
      (await import("./allow-list.ts")).explain(method, url, options),
    );
}

function asked(command: Command): Command {
  return askedOf(command, "core");
}
