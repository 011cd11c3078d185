import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LogLine, memoryLog, type Scope } from "#base";
import { createAuthority, createSshKey, issueServer } from "#certificates";
import { roleStart } from "#roles";
import { shortTermCredentials, type TurnRole } from "#turn-client";
import { edgeConfig, type RunningEdge, startEdge } from "../index.ts";

const SECRET = "0123456789abcdef0123456789abcdef";
export const authority = await createAuthority("browser test");
export const web = await issueServer(authority, {
  names: ["join.localhost", "turn.localhost"],
  addresses: ["127.0.0.1"],
});
const FILES = {
  "web.pem": web.certificate,
  "web.key": web.key,
  host: createSshKey("edge").privateKey,
  "core.pub": createSshKey("core").publicKey,
  turn: `${SECRET}\n`,
};

const YAML = `
joinHosts: [join.localhost]
web: { listen: "127.0.0.1:WEB", certificate: web.pem, key: web.key }
tunnel: { listen: "127.0.0.1:TUNNEL", hostKey: host, authorizedKeys: [core.pub] }
turn:
  listen: ["127.0.0.1:0"]
  relay: { address: 127.0.0.1, ports: 40000-40400 }
  sharedSecretFile: turn
`;

/** A real edge on loopback. */
export interface TestEdge {
  readonly edge: RunningEdge;
  readonly folder: string;
  readonly lines: readonly LogLine[];
  /** By transport: "udp", "tcp", "tls", "web". */
  readonly ports: Readonly<Record<string, number>>;
}

/** `turn` is more of that block of the file, `more` are other blocks. */
export async function testEdge(scope: Scope, turn: readonly string[], more: readonly string[] = []): Promise<TestEdge> {
  const folder = mkdtempSync(join(tmpdir(), "turnpike-edge-"));
  scope.defer(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "edge.yaml");
  const yaml = YAML.replace("WEB", String(await freePort())).replace("TUNNEL", String(await freePort()));
  const text = [yaml.trimEnd(), ...turn.map((line) => `  ${line}`), ...more].join("\n");
  const files = { ...FILES, "edge.yaml": `${text}\n` };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const log = memoryLog();
  const edge = await startEdge(roleStart(file, edgeConfig, log));
  scope.defer(() => edge.scope.close());
  const { listening } = await edge.turn.status();
  return { edge, folder, lines: log.lines, ports: Object.fromEntries(listening.map((at) => [at.transport, at.port])) };
}

/** An RTCIceServer with credentials of that role. */
export function iceServer(url: string, role: TurnRole) {
  const { username, password } = shortTermCredentials(SECRET, role, `${role}-1`, Date.now() + 60_000);
  return { urls: [url], username, credential: password };
}

/** The policy of peers knows listeners by the ports of the file, so they must be known before the edge opens them. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
