import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createAuthority, type Pair, readSecretFile } from "#certificates";
import { type Deployment, numbered } from "./deployment.ts";
import { coreYaml, edgeYaml, meetingServerYaml } from "./files.ts";
import { writeKeys, writeSecrets } from "./keys.ts";
import { writeMachineFiles } from "./machine-files.ts";
import { writeCertificates } from "./pairs.ts";
import { put, putPair } from "./put.ts";
import { seedDeployment } from "./seed.ts";

/** What is told once and kept nowhere in clear. */
export interface WrittenDeployment {
  /** The administrator's new password, or undefined if there was one already. */
  readonly adminPassword: string | undefined;
}

/**
 * Writes `dir/edge`, `dir/core` and `dir/meeting-server`, one folder for each machine (`edge-2` and so on for more), and
 * `dir/authority`, which stays with the administrator. Keys, secrets and good certificates that exist are kept; the YAML
 * files are written anew. Secrets have file mode 0600.
 */
export async function writeDeployment(dir: string, deployment: Deployment): Promise<WrittenDeployment> {
  const authority = await authorityIn(join(dir, "authority"));
  await writeCertificates(dir, deployment, authority);
  writeKeys(dir, deployment);
  const adminPassword = await writeSecrets(dir, deployment);
  deployment.edges.forEach((_, index) => {
    put(join(dir, numbered("edge", index), "edge.yaml"), edgeYaml(deployment, index));
  });
  deployment.coreAddresses.forEach((_, index) => {
    put(join(dir, numbered("core", index), "core.yaml"), coreYaml(deployment));
  });
  put(join(dir, "meeting-server", "meeting-server.yaml"), meetingServerYaml(deployment));
  await seedDeployment(dir, deployment);
  // Earlier versions laid one there; the storage has it, sealed.
  rmSync(join(dir, "meeting-server", "secrets", "turn"), { force: true });
  if (!deployment.oneMachine) writeMachineFiles(dir, deployment);
  return { adminPassword };
}

async function authorityIn(dir: string): Promise<Pair> {
  const [certificate, key] = [join(dir, "ca.pem"), join(dir, "ca.key")];
  if (existsSync(key)) return { certificate: readFileSync(certificate, "utf8"), key: readSecretFile(key) };
  const authority = await createAuthority("Turnpike local authority");
  putPair(dir, "ca", authority);
  return authority;
}
