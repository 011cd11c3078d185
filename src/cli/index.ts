import { Command } from "commander";
import { TurnpikeError, textOf } from "#base";
import { addDiagnostics } from "#diagnostics-commands";
import { addMeetingServer } from "#meeting-server-commands";
import { addTurn } from "#turn-commands";
import { addAdmin } from "./admin-commands.ts";
import { addCore } from "#core-commands";
import { addDoctor } from "#doctor-commands";
import { addUser } from "./user-commands.ts";

/** Exit codes: 0 done, 1 it failed, 2 the caller must change something (arguments, configuration). */
const EXIT = { failed: 1, misuse: 2 } as const;

/** Runs one command line. Commands are loaded on demand, so that `turnpike edge` loads no line of the meeting server. */
export async function runCommand(args: readonly string[]): Promise<void> {
  const program = build();
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    process.exitCode = report(error);
  }
}

function build(): Command {
  const program = new Command("turnpike")
    .description("Meetings for people inside and guests outside, without one inbound port to the inside.")
    .showHelpAfterError("(`turnpike --help` lists the commands)")
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "turnpike: ")) })
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : EXIT.misuse));
  for (const role of ["meeting-server", "core", "edge"] as const)
    program
      .command(role)
      .description(ROLES[role])
      .requiredOption("--config <file>", `its YAML file, as \`turnpike init\` writes it`)
      .action(async ({ config }: { config: string }) => (await import("./role.ts")).runRole(role, config));
  program
    .command("up")
    .description("run all three roles on this machine, to try Turnpike or to work on it")
    .option("--data <dir>", "where configuration, keys and the database are kept", "data")
    .option("--address <ip>", "the address of this machine that browsers use (default: its first network address)")
    .action(async (options) => (await import("./up.ts")).up(options));
  addInit(program);
  addSpace(program);
  addMeetingServer(program);
  addBackup(program);
  addTurn(program);
  addDiagnostics(program);
  addCore(program);
  addAdmin(program);
  addUser(program);
  addDoctor(program);
  return program;
}

const ROLES = {
  "meeting-server": "run the meeting server: Call Bridge, Web Bridge and administration (inside)",
  core: "run the core: dials the tunnels to the edges and lets requests through to the Web Bridge (inside)",
  edge: "run the edge: HTTPS and TURN towards the Internet (DMZ)",
};

function addInit(program: Command): void {
  program
    .command("init <dir>")
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
  const config = ["--config <file>", "the meeting server's YAML file"] as const;
  const fallback = "data/meeting-server/meeting-server.yaml";
  space
    .command("create <name>")
    .description("create a space and print its link and Meeting ID")
    .option("--passcode <digits>", "what guests who type the Meeting ID must also type; - reads it from standard input")
    .option("--template <name>", 'make it from a template, such as "Meeting with lobby"')
    .option("--host-link", "also make a link for hosts, who may mute, lock and end")
    .option(...config, fallback)
    .action(async (name: string, options) => (await import("./space.ts")).createSpace(name, options));
  space
    .command("list")
    .description("list the spaces with their Meeting IDs and links")
    .option(...config, fallback)
    .action(async (options) => (await import("./space.ts")).listSpaces(options));
}

function addBackup(program: Command): void {
  const config = ["--config <file>", "the meeting server's YAML file"] as const;
  const fallback = "data/meeting-server/meeting-server.yaml";
  program
    .command("backup [file]")
    .description("write spaces, users and settings into one file, also while the server runs")
    .option(...config, fallback)
    .action(async (file: string | undefined, options) => (await import("./backup.ts")).backup(file, options));
  program
    .command("restore <file>")
    .description("put a backup into an empty storage, SQLite or PostgreSQL")
    .option("--force", "replace everything in a storage that is not empty", false)
    .option(...config, fallback)
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
