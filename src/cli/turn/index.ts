import { type Command, Option } from "commander";
import { asked as askedOf, watched } from "#role-control";

/** `turnpike turn`: what an administrator asks of the edge that runs on this machine. Commands are loaded on demand. */
export function addTurn(program: Command): void {
  const turn = program.command("turn").description("the TURN server of the edge that runs on this machine");
  addShow(turn);
  addAct(turn);
  addUser(turn);
  addSelftest(turn);
}

function addShow(turn: Command): void {
  watched(asked(turn.command("status")))
    .description("show whether it is active, where it listens, its clients, relay ports, counts and traffic")
    .action(async (options) => (await import("./show.ts")).showStatus(options));
  watched(asked(turn.command("relays [id]")))
    .description("list the clients and their relays, or show one of them with permissions, channels and counters")
    .action(async (id: string | undefined, options) => {
      const { showRelay, showRelays } = await import("./show.ts");
      return id === undefined ? showRelays(options) : showRelay(id, options);
    });
}

function addAct(turn: Command): void {
  asked(turn.command("why <credential> <peer>"))
    .description(
      "say whether a user, or just `guest` or `bridge`, may reach a peer (address or address:port), and by which rule",
    )
    .action(async (credential: string, peer: string, options) =>
      (await import("./act.ts")).why(credential, peer, options),
    );
  asked(turn.command("drain"))
    .description("take no new allocations and let those there are come to their end, before maintenance")
    .action(async (options) => (await import("./act.ts")).drain(true, options));
  asked(turn.command("undrain"))
    .description("take new allocations again")
    .action(async (options) => (await import("./act.ts")).drain(false, options));
  asked(turn.command("reload"))
    .description("read the configuration again and say what changed; a wrong file changes nothing")
    .action(async (options) => (await import("./act.ts")).reload(options));
  asked(turn.command("end <id>"))
    .description("end the relays of one client at once")
    .action(async (id: string, options) => (await import("./act.ts")).end(id, options));
}

function addUser(turn: Command): void {
  const user = turn.command("user").description("local users of TURN, kept as derived keys in `turn.usersFile`");
  asked(user.command("add <name>"))
    .description("add a user, or change password and role of one; the password is asked for, or read from a pipe")
    .addOption(
      new Option("--role <role>", "guest: reaches relays of bridges; bridge: the public Internet too")
        .choices(["guest", "bridge"])
        .default("guest"),
    )
    .action(async (name: string, options) => (await import("./user.ts")).add(name, options));
  asked(user.command("list"))
    .description("list the users with their roles")
    .action(async (options) => (await import("./user.ts")).list(options));
  asked(user.command("remove <name>"))
    .description("remove a user")
    .action(async (name: string, options) => (await import("./user.ts")).remove(name, options));
}

function addSelftest(turn: Command): void {
  asked(turn.command("selftest"))
    .description("make an allocation on each listener as a client does, and send a packet to its relay from outside")
    .option("--server <host>", "test that edge from here instead, as a guest outside would reach it")
    .option("--secret-file <file>", "with --server: a copy of the edge's shared secret")
    .option("--ways <list>", "with --server: transports and ports to try", "udp:3478,tcp:443,tls:443")
    .option("--ca <file>", "with --server: certificate of a local authority, in PEM")
    .action(async (options) => (await import("./selftest.ts")).runSelftest(options));
}

function asked(command: Command): Command {
  return askedOf(command, "edge");
}
