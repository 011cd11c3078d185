import type { Command } from "commander";
import { asked, type RoleOptions } from "#role-control";

/** The options stand before or after the word that follows. */
export function addCertificates(program: Command): void {
  const certificates = asked(program.command("certificates"))
    .summary("list the certificates; renew, install or request one")
    .description("list the certificates of a role with names and dates; exit code 1 if one has a problem")
    .action(async (options) => (await import("./certificates.ts")).certificates(options));
  certificates
    .command("renew <use>")
    .description("have a new one issued now by the ACME server or the local authority, or read the files again")
    .action(async (use: string, _options, command: Command) =>
      (await import("./certificates.ts")).renew(use, command.optsWithGlobals<RoleOptions>()),
    );
  certificates
    .command("install <use> <certificate> [key]")
    .description("put PEM files in place of the present ones (- reads standard input); no key after a request")
    .action(async (use: string, certificate: string, key: string | undefined, _options, command: Command) =>
      (await import("./certificates.ts")).install(use, certificate, key, command.optsWithGlobals<RoleOptions>()),
    );
  certificates
    .command("request <use> [names...]")
    .description("make a new key, which stays, and print the request for an authority to sign")
    .action(async (use: string, names: readonly string[], _options, command: Command) =>
      (await import("./certificates.ts")).request(use, names, command.optsWithGlobals<RoleOptions>()),
    );
}
