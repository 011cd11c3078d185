import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryLog, type Scope, type TransportAddress } from "#base";
import { createAuthority, createSshKey, issueServer } from "#certificates";
import { callControl } from "#control";
import { roleStart } from "#roles";
import type { TurnStatus } from "#turn";
import { edgeConfig, startEdge } from "../index.ts";

export const HOST = "join.example.com";
export const SECRET = "0123456789abcdef0123456789abcdef";
export const authority = await createAuthority("edge test");

/** A running edge in a folder of its own, whose files the test replaces. */
export async function runningEdge(scope: Scope, turn = "") {
  const dir = mkdtempSync(join(tmpdir(), "turnpike-edge-"));
  scope.defer(() => rmSync(dir, { recursive: true }));
  mkdirSync(join(dir, "keys"));
  const put = (name: string, text: string) => writeFileSync(join(dir, name), text, { mode: 0o600 });
  const web = await issueServer(authority, { names: [HOST] });
  const [host, core] = [createSshKey("edge"), createSshKey("core")];
  put("web.pem", web.certificate);
  put("web.key", web.key);
  put("keys/host", host.privateKey);
  put("keys/core.pub", core.publicKey);
  put("turn", `${SECRET}\n`);
  const yaml = (more = "") => `
joinHosts: [${HOST}]
web: { listen: "127.0.0.1:0", certificate: web.pem, key: web.key }
tunnel: { listen: "127.0.0.1:0", hostKey: keys/host, authorizedKeys: [keys/core.pub] }
turn:
  listen: ["127.0.0.1:0"]
  tcp443: true
  relay: { address: 127.0.0.1, ports: 41000-41100 }
  sharedSecretFile: turn
  usersFile: users
${more}`;
  put("edge.yaml", yaml(turn));
  const log = memoryLog();
  const running = await startEdge(roleStart(join(dir, "edge.yaml"), edgeConfig, log));
  scope.defer(() => running.scope.close());
  const socket = join(dir, "run/control.sock");
  const ask = <T>(method: "GET" | "POST", path: string, body?: unknown) => callControl<T>(socket, method, path, body);
  const status = () => ask<TurnStatus>("GET", "/api/turn/status");
  const at = addressOf(running.info.turn!);
  return { dir, put, yaml, running, ask, status, log, at, web: addressOf(running.info.web!) };
}

const addressOf = (text: string): TransportAddress => {
  const [address, port] = text.split(":");
  return { address: address!, port: Number(port) };
};
