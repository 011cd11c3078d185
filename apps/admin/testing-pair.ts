/** For the tests of the pages: a real edge and a real core that dials it, with a Web Bridge behind. Loopback only. */
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addAdministrator } from "#admin-http";
import { memoryLog, type Scope, systemClock } from "#base";
import { createAuthority, createSshKey, issueServer } from "#certificates";
import { coreConfig, startCore } from "#core";
import { edgeConfig, startEdge } from "#edge";
import { roleStart } from "#roles";
import { PASSWORD } from "./testing.ts";

export const JOIN_HOST = "join.localhost";
export const TURN_SECRET = "0123456789abcdef0123456789abcdef";

/** Administrators as in `adminWorld`: `ann` (everything) and `reader` (looks only). */
export async function pairWorld(scope: Scope) {
  const folder = mkdtempSync(join(tmpdir(), "turnpike-pair-"));
  scope.defer(() => rmSync(folder, { recursive: true, force: true }));
  const authority = await createAuthority("pair test");
  const pair = await issueServer(authority, { names: [JOIN_HOST, "localhost"], addresses: ["127.0.0.1"] });
  const webBridge = await webBridgeOn(scope, pair);
  const [host, identity] = [createSshKey("edge"), createSshKey("core")];
  const [web, tunnel] = [await freePort(), await freePort()];
  const material = {
    ...{ "ca.pem": authority.certificate, "web.pem": pair.certificate, "web.key": pair.key },
    ...{ host: host.privateKey, "host.pub": host.publicKey, core: identity.privateKey, "core.pub": identity.publicKey },
    turn: `${TURN_SECRET}\n`,
  };
  const admin = "admin: { listen: 127.0.0.1:0, certificate: web.pem, key: web.key, ca: ca.pem }";
  const edgeFile = await laid(folder, "edge", material, [
    "name: edge-test",
    `joinHosts: [${JOIN_HOST}]`,
    `web: { listen: "127.0.0.1:${web}", certificate: web.pem, key: web.key }`,
    `tunnel: { listen: "127.0.0.1:${tunnel}", hostKey: host, authorizedKeys: [core.pub] }`,
    "turn: { listen: [127.0.0.1:0], relay: { address: 127.0.0.1, ports: 41000-41400 }, sharedSecretFile: turn }",
    admin,
  ]);
  const coreFile = await laid(folder, "core", material, [
    "name: core-test",
    `joinHosts: [{ host: ${JOIN_HOST}, target: "127.0.0.1:${webBridge}", ca: ca.pem }]`,
    `edges: [{ address: "127.0.0.1:${tunnel}", hostKey: host.pub, fallback: off }]`,
    "identity: core",
    admin,
  ]);
  const edge = await startEdge(roleStart(edgeFile, edgeConfig, memoryLog()));
  scope.defer(() => edge.scope.close());
  const core = await startCore(roleStart(coreFile, coreConfig, memoryLog()));
  scope.defer(() => core.scope.close());
  const urls = { edge: `https://${edge.info.admin}`, core: `https://${core.info.admin}` };
  const { listening } = await edge.turn.status();
  const turnPort = listening.find(({ transport }) => transport === "udp")!.port;
  return { urls, web, edgeFile, coreFile, authority, turnPort };
}

async function laid(
  folder: string,
  role: string,
  material: Readonly<Record<string, string>>,
  lines: readonly string[],
): Promise<string> {
  const own = join(folder, role);
  mkdirSync(own);
  const files = { ...material, [`${role}.yaml`]: `${lines.join("\n")}\n` };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(own, name), text, { mode: 0o600 });
  for (const [name, may] of [["ann", "admin"] as const, ["reader", "read-only"] as const]) {
    const account = { name, role: may, password: PASSWORD };
    await addAdministrator(join(own, "secrets/administrators.json"), account, systemClock);
  }
  return join(own, `${role}.yaml`);
}

/** Any HTTPS server is a Web Bridge to the core. */
async function webBridgeOn(scope: Scope, { certificate, key }: { certificate: string; key: string }): Promise<number> {
  const server = createHttpsServer({ cert: certificate, key }, (_request, response) => response.end("welcome\n"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  scope.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** The edge must know its ports before it opens them: what a relay may not reach is known by them. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
