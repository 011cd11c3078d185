import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LogLine, loadConfig, memoryLog, type Scope } from "#base";
import { createAuthority, createSshKey, issueServer } from "#certificates";
import { type TurnRole, shortTermCredentials } from "#turn-client";
import { edgeConfig, type RunningEdge, startEdge } from "../index.ts";

const SECRET = "0123456789abcdef0123456789abcdef";
const folder = mkdtempSync(join(tmpdir(), "turnpike-edge-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
export const authority = await createAuthority("browser test");
const web = await issueServer(authority, {
  names: ["join.localhost", "turn.localhost"],
  addresses: ["127.0.0.1"],
});
mkdirSync(join(folder, "keys"));
const [hostKey, coreKey] = [createSshKey("edge"), createSshKey("core")];
for (const [name, text] of Object.entries({
  "web.pem": web.certificate,
  "web.key": web.key,
  "keys/host": hostKey.privateKey,
  "keys/core.pub": coreKey.publicKey,
  turn: `${SECRET}\n`,
}))
  writeFileSync(join(folder, name), text);

const YAML = `
joinHosts: [join.localhost]
web: { listen: "127.0.0.1:0", certificate: web.pem, key: web.key }
tunnel: { listen: "127.0.0.1:0", hostKey: keys/host, authorizedKeys: [keys/core.pub] }
turn:
  listen: ["127.0.0.1:0"]
  relay: { address: 127.0.0.1, ports: 40000-40400 }
  sharedSecretFile: turn
`;

/** A real edge on loopback. */
export interface TestEdge {
  readonly edge: RunningEdge;
  readonly lines: readonly LogLine[];
  /** By transport: "udp", "tcp", "tls", "web". */
  readonly ports: Readonly<Record<string, number>>;
}

/** `turn` is more of that block of the file. */
export async function testEdge(scope: Scope, turn: readonly string[]): Promise<TestEdge> {
  const file = join(folder, "edge.yaml");
  writeFileSync(file, `${YAML}${turn.map((line) => `  ${line}\n`).join("")}`);
  const log = memoryLog();
  const edge = await startEdge(loadConfig(file, edgeConfig), log);
  scope.defer(() => edge.scope.close());
  const { listening } = await edge.turn.status();
  return { edge, lines: log.lines, ports: Object.fromEntries(listening.map((at) => [at.transport, at.port])) };
}

/** An RTCIceServer with credentials of that role. */
export function iceServer(url: string, role: TurnRole) {
  const { username, password } = shortTermCredentials(SECRET, role, `${role}-1`, Date.now() + 60_000);
  return { urls: [url], username, credential: password };
}
