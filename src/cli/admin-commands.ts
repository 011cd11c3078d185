import { type Command, Option } from "commander";

/** `turnpike admin`: who may sign in to the administration of an edge or a meeting server. Loaded on demand. */
export function addAdmin(program: Command): void {
  const admin = program.command("admin").description("who may sign in to the administration of a role");
  const asked = (command: Command) =>
    command.option("--config <file>", "the role's YAML file", "data/meeting-server/meeting-server.yaml");
  asked(admin.command("add <name>"))
    .description("add an administrator; the password is asked for twice, or read from a pipe")
    .addOption(
      new Option("--role <role>", "admin: everything; api: programs, by HTTP Basic; read-only: looks")
        .choices(["admin", "api", "read-only"])
        .makeOptionMandatory(),
    )
    .action(async (name: string, options) => (await import("./admin.ts")).addAdmin(name, options));
  asked(admin.command("list"))
    .description("list the administrators with their roles")
    .option("--json", "print JSON instead of text")
    .action(async (options) => (await import("./admin.ts")).listAdmins(options));
  asked(admin.command("remove <name>"))
    .description("remove an administrator and end its sessions")
    .action(async (name: string, options) => (await import("./admin.ts")).removeAdmin(name, options));
  asked(admin.command("password <name>"))
    .description("give an administrator a new password and end its sessions")
    .action(async (name: string, options) => (await import("./admin.ts")).changeAdminPassword(name, options));
  asked(admin.command("totp-reset <name>"))
    .description("take the second factor away from an administrator who lost it")
    .action(async (name: string, options) => (await import("./admin.ts")).resetAdminTotp(name, options));
}
