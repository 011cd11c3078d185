import { Command } from "commander";
import { TurnpikeError, textOf } from "#base";
import { addCore } from "#core-commands";
import { addDiagnostics } from "#diagnostics-commands";
import { addDoctor } from "#doctor-commands";
import { addEdge } from "#edge-commands";
import { addMeetingServer } from "#meeting-server-commands";
import { addOperations } from "#operations-commands";
import { withFile } from "#role-control";
import { addTurn } from "#turn-commands";
import { addAdmin } from "./admin-commands.ts";
import { addUser } from "./user-commands.ts";

/** Exit codes: 0 done, 1 it failed, 2 the caller must change something (arguments, configuration). */
const EXIT = { failed: 1, misuse: 2 } as const;

/** Runs one command line. Commands are loaded on demand, so that `turnpike edge` loads no line of the meeting server. */
export async function runCommand(args: readonly string[]): Promise<void> {
  const program = commandTree();
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** All commands; nothing is parsed or run. */
export function commandTree(): Command {
  const program = new Command("turnpike")
    .description("Meetings for people inside and guests outside, without one inbound port to the inside.")
    .showHelpAfterError("(`turnpike --help` lists the commands)")
    .configureHelp({ subcommandTerm: termOf })
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "turnpike: ")) })
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : EXIT.misuse));
  program.addHelpCommand(new Command("help").argument("[command]").helpGroup(RUN).description("help of a command"));
  program.commandsGroup(RUN);
  for (const role of ["meeting-server", "core", "edge"] as const)
    program
      .command(role)
      .summary(ROLES[role].summary)
      .description(ROLES[role].description)
      .requiredOption("--config <file>", `its YAML file, as \`turnpike init\` writes it`)
      .action(async ({ config }: { config: string }) => (await import("./role.ts")).runRole(role, config));
  program
    .command("up")
    .summary("run all three on this machine, to try Turnpike")
    .description("run all three roles on this machine, to try Turnpike or to work on it")
    .option("--data <dir>", "where configuration, keys and the database are kept", "data")
    .option("--address <ip>", "the address of this machine that browsers use (default: its first network address)")
    .action(async (options) => (await import("./up.ts")).up(options));
  addInit(program);
  program.commandsGroup("Ask the role that runs on this machine, whichever it is:");
  addOperations(program);
  addDiagnostics(program);
  addAdmin(program);
  addDoctor(program);
  program.commandsGroup("The edge:");
  addTurn(program);
  addEdge(program);
  program.commandsGroup("The core:");
  addCore(program);
  program.commandsGroup("The meeting server:");
  addSpace(program);
  addUser(program);
  addMeetingServer(program);
  addBackup(program);
  return program;
}

const RUN = "Run Turnpike:";

/** Names alone in the list of all; what a command takes stands in its own help. */
function termOf(command: Command): string {
  const isTop = command.parent?.parent === null;
  const words = command.registeredArguments.map((one) => (one.required ? `<${one.name()}>` : `[${one.name()}]`));
  return isTop ? command.name() : [command.name(), ...words].join(" ");
}

const ROLES = {
  "meeting-server": {
    summary: "run the meeting server, inside",
    description: "run the meeting server: Call Bridge, Web Bridge and administration (inside)",
  },
  core: {
    summary: "run the core, inside: dials the edges, serves their requests",
    description: "run the core: dials the tunnels to the edges and lets requests through to the Web Bridge (inside)",
  },
  edge: {
    summary: "run the edge, in the DMZ: HTTPS and TURN to the Internet",
    description: "run the edge: HTTPS and TURN towards the Internet (DMZ)",
  },
};

function addInit(program: Command): void {
  program
    .command("init <dir>")
    .summary("write files, keys and certificates, a folder for each machine")
    .description("write configuration, keys and certificates of the three roles, one folder for each machine")
    .requiredOption("--join-host <name>", "the public name of the meetings, such as join.example.com")
    .option("--edge-public <ip>", "the edge's address as the Internet sees it")
    .option(
      "--edge-outer <ip>",
      "the address that the edge itself has towards the Internet, if a firewall translates it",
    )
    .option("--edge-inner <ip>", "the edge's address towards the inside, if it has two interfaces")
    .option(
      "--edge <inner,outer,public>",
      "the same of one edge in a word, `public` only if a firewall translates it; once for each edge of a cluster",
      collect,
    )
    .requiredOption("--meeting-server <ip>", "the meeting server's inside address")
    .option(
      "--core <ip>",
      "the core's inside address (default: on the meeting server's machine); once for each of several",
      collect,
    )
    .option("--force", "write into a folder that is not empty; existing keys are kept", false)
    .action(async (dir: string, options) => (await import("./init.ts")).init(dir, options));
}

const collect = (value: string, earlier: readonly string[] = []): readonly string[] => [...earlier, value];

function addSpace(program: Command): void {
  const space = program.command("space").description("the spaces in which people meet");
  withFile(space.command("create <name>"), "meeting server")
    .description("create a space and print its link and Meeting ID")
    .option("--passcode <digits>", "what guests who type the Meeting ID must also type; - reads it from standard input")
    .option("--template <name>", 'make it from a template, such as "Meeting with lobby"')
    .option("--host-link", "also make a link for hosts, who may mute, lock and end")
    .action(async (name: string, options) => (await import("./space.ts")).createSpace(name, options));
  withFile(space.command("list"), "meeting server")
    .description("list the spaces with their Meeting IDs and links")
    .action(async (options) => (await import("./space.ts")).listSpaces(options));
}

function addBackup(program: Command): void {
  withFile(program.command("backup [file]"), "meeting server")
    .summary("write spaces, users and settings into one file")
    .description("write spaces, users and settings into one file, also while the server runs")
    .action(async (file: string | undefined, options) => (await import("./backup.ts")).backup(file, options));
  withFile(program.command("restore <file>"), "meeting server")
    .description("put a backup into an empty storage, SQLite or PostgreSQL")
    .option("--force", "replace everything in a storage that is not empty", false)
    .action(async (file: string, options) => (await import("./backup.ts")).restore(file, options));
}

function report(error: unknown): number {
  if (!(error instanceof TurnpikeError)) {
    console.error(`turnpike: ${error instanceof Error ? (error.stack ?? error.message) : textOf(error)}`);
    return EXIT.failed;
  }
  console.error(`turnpike: ${error.message} - ${error.remedy} [${error.code}]`);
  return error.kind === "config" || error.kind === "user" ? EXIT.misuse : EXIT.failed;
}
