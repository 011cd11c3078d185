import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { parseHostPort, systemClock, textOf } from "#base";
import { readSecretFile } from "#certificates";
import { lookOf } from "#terminal";
import { shortTermCredentials } from "#turn-client";
import type { Line, Target } from "./contract.ts";
import { fail } from "./errors.ts";
import { checkOutside } from "./outside.ts";
import { reportText } from "./report.ts";

export interface OutsideOptions {
  readonly joinHost: string;
  readonly edge?: string;
  readonly ca?: string;
  readonly turnPort: string;
  readonly secretFile?: string;
  readonly turnUser?: string;
  readonly passwordFile?: string;
  readonly json?: boolean;
}

/** How long the credentials of a test are good, ms. */
const CREDENTIALS_FOR = 300_000;

/** Exit code 1 if anything failed. */
export async function outside(options: OutsideOptions): Promise<void> {
  const { target, edge } = read(options);
  const progress = ({ title }: Line) => {
    if (process.stderr.isTTY) process.stderr.write(`\x1b[2K  ${title}\r`);
  };
  const lines = await checkOutside(target, edge, progress);
  if (process.stderr.isTTY) process.stderr.write("\x1b[2K");
  const text = () => reportText(target.joinHost, lines, lookOf(process.stdout, systemClock.now()));
  console.log(options.json ? JSON.stringify({ joinHost: target.joinHost, lines }, null, 2) : text());
  if (lines.some(({ state }) => state === "bad")) process.exitCode = 1;
}

/** Throws DOCTOR_BAD_OPTION or CERTIFICATE_SECRET_UNREADABLE. */
function read(options: OutsideOptions): { readonly target: Target; readonly edge: string | undefined } {
  const { joinHost, edge, ca, turnPort } = options;
  const host = parseHostPort(joinHost, 443);
  if (!host) throw fail("DOCTOR_BAD_OPTION", { option: "--join-host", value: joinHost, why: "not a name" });
  if (edge !== undefined && !isIP(edge))
    throw fail("DOCTOR_BAD_OPTION", { option: "--edge", value: edge, why: "not an address" });
  const turn = Number(turnPort);
  if (!(Number.isInteger(turn) && turn > 0 && turn < 65_536))
    throw fail("DOCTOR_BAD_OPTION", { option: "--turn-port", value: turnPort, why: "not a port" });
  // Beside another port than 443 the redirect is tried where `turnpike up` has it.
  const ports = { https: host.port, http: host.port === 443 ? 80 : 8080, turn };
  const target: Target = {
    joinHost: host.address.toLowerCase(),
    ports,
    authorities: ca === undefined ? undefined : readCa(ca),
    credentials: credentialsOf(options),
    now: systemClock.now(),
  };
  return { target, edge };
}

function readCa(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw fail("DOCTOR_BAD_OPTION", { option: "--ca", value: file, why: textOf(error) }, error);
  }
}

/** Of a bridge, which may send to this machine, or of the user who was named. */
function credentialsOf({ secretFile, turnUser, passwordFile }: OutsideOptions): Target["credentials"] {
  if (secretFile !== undefined) {
    const secret = readSecretFile(secretFile).split("\n")[0]!.trim();
    return () => shortTermCredentials(secret, "bridge", "doctor", systemClock.now() + CREDENTIALS_FOR);
  }
  if (turnUser === undefined && passwordFile === undefined) return undefined;
  if (turnUser === undefined || passwordFile === undefined) {
    const [option, value] = turnUser === undefined ? ["--password-file", passwordFile] : ["--turn-user", turnUser];
    throw fail("DOCTOR_BAD_OPTION", { option, value, why: "--turn-user and --password-file go together" });
  }
  const password = readSecretFile(passwordFile);
  return () => ({ username: turnUser, password });
}
