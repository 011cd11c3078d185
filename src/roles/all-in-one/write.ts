import { randomBytes, X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { dirname, join } from "node:path";
import { addAdministrator } from "#admin-http";
import { systemClock } from "#base";
import {
  createAuthority,
  createSshKey,
  issueLink,
  issueServer,
  type Pair,
  readSecretFile,
  writeSecretFile,
} from "#certificates";
import type { Deployment } from "./deployment.ts";
import { coreYaml, edgeYaml, meetingServerYaml } from "./files.ts";
import { seedDeployment } from "./seed.ts";

/** What is told once and kept nowhere in clear. */
export interface WrittenDeployment {
  /** The administrator's new password, or undefined if there was one already. */
  readonly adminPassword: string | undefined;
}

/**
 * Writes `dir/edge`, `dir/core` and `dir/meeting-server`, one folder for each machine, and `dir/authority`, which stays
 * with the administrator. Keys, secrets and good certificates that exist are kept; the YAML
 * files are written anew. Secrets have file mode 0600.
 */
export async function writeDeployment(dir: string, deployment: Deployment): Promise<WrittenDeployment> {
  const authority = await authorityIn(join(dir, "authority"));
  await writeCertificates(dir, deployment, authority);
  writeKeys(dir);
  const adminPassword = await writeSecrets(dir);
  put(join(dir, "edge", "edge.yaml"), edgeYaml(deployment));
  put(join(dir, "core", "core.yaml"), coreYaml(deployment));
  put(join(dir, "meeting-server", "meeting-server.yaml"), meetingServerYaml(deployment));
  await seedDeployment(dir, deployment);
  return { adminPassword };
}

async function authorityIn(dir: string): Promise<Pair> {
  const [certificate, key] = [join(dir, "ca.pem"), join(dir, "ca.key")];
  if (existsSync(key)) return { certificate: readFileSync(certificate, "utf8"), key: readSecretFile(key) };
  const authority = await createAuthority("Turnpike local authority");
  putPair(dir, "ca", authority);
  return authority;
}

async function writeCertificates(dir: string, d: Deployment, authority: Pair): Promise<void> {
  const names = d.joinHosts.filter((host) => !isIP(host));
  const addresses = d.joinHosts.filter((host) => isIP(host));
  const certs = join(dir, "meeting-server", "certs");
  await serverPair(join(dir, "edge", "certs"), "web", authority, names, addresses);
  await serverPair(certs, "web-bridge", authority, names, [...new Set([...addresses, d.meetingServerAddress])]);
  put(join(dir, "core", "certs", "ca.pem"), authority.certificate);
  const trust = join(dir, "meeting-server", "trust");
  for (const [name, trusted] of LINK_ENDS) {
    if (!existsSync(join(certs, `${name}.key`))) putPair(certs, name, await issueLink(name));
    put(join(trust, trusted, `${name}.pem`), readFileSync(join(certs, `${name}.pem`), "utf8"));
  }
}

/** Each end of the bridge link, and the folder in which the other end trusts it. */
const LINK_ENDS = [
  ["web-bridge-link", "web-bridges"],
  ["call-bridge-link", "call-bridges"],
] as const;

/** Keeps the certificate that is there while it names all that is asked and has a month to live: browsers may know it. */
async function serverPair(
  dir: string,
  name: string,
  authority: Pair,
  names: string[],
  addresses: string[],
): Promise<void> {
  const file = join(dir, `${name}.pem`);
  const old = existsSync(file) ? new X509Certificate(readFileSync(file)) : undefined;
  const serves =
    old && names.every((host) => old.checkHost(host)) && addresses.every((address) => old.checkIP(address));
  if (serves && old.validToDate.getTime() > Date.now() + RENEW_MS) return;
  putPair(dir, name, await issueServer(authority, { names, addresses }));
}

const RENEW_MS = 30 * 86_400_000;

function writeKeys(dir: string): void {
  pairOfKeys(join(dir, "edge", "keys", "tunnel-host"), join(dir, "core", "keys", "tunnel-host.pub"), "turnpike edge");
  pairOfKeys(join(dir, "core", "keys", "tunnel-core"), join(dir, "edge", "keys", "tunnel-core.pub"), "turnpike core");
}

/** The private key stays on its own machine; the other end gets the public line to pin. */
function pairOfKeys(own: string, other: string, comment: string): void {
  if (existsSync(own)) return;
  const key = createSshKey(comment);
  putSecret(own, key.privateKey);
  put(`${own}.pub`, key.publicKey);
  put(other, key.publicKey);
}

async function writeSecrets(dir: string): Promise<string | undefined> {
  const [edge, server] = [join(dir, "edge", "secrets", "turn"), join(dir, "meeting-server", "secrets", "turn")];
  if (!existsSync(edge)) {
    const secret = randomBytes(32).toString("base64url");
    putSecret(edge, secret);
    putSecret(server, secret);
  }
  const accounts = (role: string) => join(dir, role, "secrets", "administrators.json");
  return writeAdministrator(accounts("meeting-server"), accounts("edge"));
}

/** The first administrator, with one password for both roles that have an administration. */
async function writeAdministrator(server: string, edge: string): Promise<string | undefined> {
  const password = existsSync(server) ? undefined : randomBytes(12).toString("base64url");
  if (password) await addAdministrator(server, { name: "admin", role: "admin", password }, systemClock);
  if (password || !existsSync(edge)) putSecret(edge, `${readSecretFile(server)}\n`);
  return password;
}

function putPair(dir: string, name: string, pair: Pair): void {
  put(join(dir, `${name}.pem`), pair.certificate);
  putSecret(join(dir, `${name}.key`), pair.key);
}

function put(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function putSecret(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeSecretFile(file, text);
}
