import { type Command, Option } from "commander";
import { withFile } from "#role-control";

/** `turnpike admin`: who may sign in to the administration of a role. Loaded on demand. */
export function addAdmin(program: Command): void {
  const admin = program.command("admin").description("who may sign in to the administration of a role");
  withFile(admin.command("add <name>"))
    .description("add an administrator; the password is asked for twice, or read from a pipe")
    .addOption(
      new Option("--role <role>", "admin: everything; api: programs, by HTTP Basic; read-only: looks")
        .choices(["admin", "api", "read-only"])
        .makeOptionMandatory(),
    )
    .action(async (name: string, options) => (await import("./admin.ts")).addAdmin(name, options));
  withFile(admin.command("list"))
    .description("list the administrators with their roles")
    .option("--json", "print JSON instead of text")
    .action(async (options) => (await import("./admin.ts")).listAdmins(options));
  withFile(admin.command("remove <name>"))
    .description("remove an administrator and end its sessions")
    .action(async (name: string, options) => (await import("./admin.ts")).removeAdmin(name, options));
  withFile(admin.command("password <name>"))
    .description("give an administrator a new password and end its sessions")
    .action(async (name: string, options) => (await import("./admin.ts")).changeAdminPassword(name, options));
  withFile(admin.command("totp-reset <name>"))
    .description("take the second factor away from an administrator who lost it")
    .action(async (name: string, options) => (await import("./admin.ts")).resetAdminTotp(name, options));
}
