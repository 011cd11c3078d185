import type { Command } from "commander";
import { withFile } from "#role-control";

/** `turnpike user`: who may sign in at the meeting app. Loaded on demand. */
export function addUser(program: Command): void {
  const user = program.command("user").description("who may sign in at the meeting app, and has spaces there");
  const asked = (command: Command) => withFile(command, "meeting server");
  asked(user.command("add <jid>"))
    .description("add a user, named like an e-mail address; the password is asked for twice, or read from a pipe")
    .option("--name <name>", "shown to others (default: the jid)")
    .option("--email <address>", "for invitations")
    .action(async (jid: string, options) => (await import("./user.ts")).addUser(jid, options));
  asked(user.command("list"))
    .description("list the users, with where they come from")
    .option("--json", "print JSON instead of text")
    .action(async (options) => (await import("./user.ts")).listUsers(options));
  asked(user.command("remove <jid>"))
    .description("remove a user with the memberships and end the sessions; spaces stay")
    .action(async (jid: string, options) => (await import("./user.ts")).removeUser(jid, options));
  asked(user.command("password <jid>"))
    .description("give a user a new password and end the sessions")
    .action(async (jid: string, options) => (await import("./user.ts")).changeUserPassword(jid, options));
}
