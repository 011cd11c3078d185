import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { addAdministrator } from "#admin-http";
import { systemClock } from "#base";
import { createSshKey, readSecretFile } from "#certificates";
import { type Deployment, numbered } from "./deployment.ts";
import { put, putSecret } from "./put.ts";

/** The tunnels' keys: each private one stays on its own machine, the other ends get the public line to pin. */
export function writeKeys(dir: string, { edges, coreAddresses }: Deployment): void {
  const folders = (role: string, count: number) =>
    Array.from({ length: count }, (_, index) => join(dir, numbered(role, index), "keys"));
  const [edgeKeys, coreKeys] = [folders("edge", edges.length), folders("core", coreAddresses.length)];
  edgeKeys.forEach((own, index) => {
    pairOfKeys(join(own, "tunnel-host"), coreKeys, numbered("tunnel-host", index), numbered("turnpike edge", index));
  });
  coreKeys.forEach((own, index) => {
    pairOfKeys(join(own, "tunnel-core"), edgeKeys, numbered("tunnel-core", index), numbered("turnpike core", index));
  });
}

function pairOfKeys(own: string, others: readonly string[], name: string, comment: string): void {
  if (!existsSync(own)) {
    const key = createSshKey(comment);
    putSecret(own, key.privateKey);
    put(`${own}.pub`, key.publicKey);
  }
  for (const other of others) put(join(other, `${name}.pub`), readFileSync(`${own}.pub`, "utf8"));
}

/** One secret of short-term TURN credentials for all edges, and the administrators. Returns a new administrator's password. */
export async function writeSecrets(dir: string, { edges, coreAddresses }: Deployment): Promise<string | undefined> {
  const file = (index: number) => join(dir, numbered("edge", index), "secrets", "turn");
  const known = existsSync(file(0)) ? readFileSync(file(0), "utf8") : undefined;
  const secret = known ?? randomBytes(32).toString("base64url");
  for (const index of edges.keys()) if (!existsSync(file(index))) putSecret(file(index), secret);
  const accounts = (folder: string) => join(dir, folder, "secrets", "administrators.json");
  const others = [
    ...edges.map((_, index) => accounts(numbered("edge", index))),
    ...coreAddresses.map((_, index) => accounts(numbered("core", index))),
  ];
  return writeAdministrator(accounts("meeting-server"), others);
}

/** The first administrator, with one password for all roles. */
async function writeAdministrator(first: string, others: readonly string[]): Promise<string | undefined> {
  const password = existsSync(first) ? undefined : randomBytes(12).toString("base64url");
  if (password) await addAdministrator(first, { name: "admin", role: "admin", password }, systemClock);
  for (const other of others) if (password || !existsSync(other)) putSecret(other, `${readSecretFile(first)}\n`);
  return password;
}
