import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { issueLink, issueServer, type Pair } from "#certificates";
import { type Deployment, numbered } from "./deployment.ts";
import { put, putPair } from "./put.ts";

const LOOPBACK = "127.0.0.1";

/** The certificates of all machines; those that are still good are kept. */
export async function writeCertificates(dir: string, d: Deployment, authority: Pair): Promise<void> {
  const names = d.joinHosts.filter((host) => !isIP(host));
  const addresses = d.joinHosts.filter((host) => isIP(host));
  for (const [index, edge] of d.edges.entries()) {
    const certs = join(dir, numbered("edge", index), "certs");
    put(join(certs, "ca.pem"), authority.certificate);
    await serverPair(certs, "web", authority, names, addresses);
    await serverPair(certs, "admin", authority, ["localhost"], [...new Set([LOOPBACK, edge.innerAddress])]);
  }
  for (const [index, address] of d.coreAddresses.entries()) {
    const certs = join(dir, numbered("core", index), "certs");
    put(join(certs, "ca.pem"), authority.certificate);
    await serverPair(certs, "admin", authority, ["localhost"], [...new Set([LOOPBACK, address])]);
  }
  const certs = join(dir, "meeting-server", "certs");
  await serverPair(certs, "web-bridge", authority, names, [...new Set([...addresses, d.meetingServerAddress])]);
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
