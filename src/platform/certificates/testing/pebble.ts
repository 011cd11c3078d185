import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request as httpsRequest } from "node:https";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { createAuthority, issueServer } from "../issue.ts";

/** Let's Encrypt's small test server, with a DNS of its own in which every name is 127.0.0.1. */
export interface Pebble extends AsyncDisposable {
  readonly directory: string;
  /** PEM file of the authority to trust when talking to it. */
  readonly ca: string;
  readonly port: number;
  /** Where it fetches the answers of HTTP-01, instead of 80. */
  readonly challengePort: number;
  /** Root of what it issues. */
  root(): Promise<string>;
}

export async function startPebble(): Promise<Pebble> {
  const folder = mkdtempSync(join(tmpdir(), "turnpike-pebble-"));
  const [port, management, challengePort, tlsPort, dns, dnsManagement] = (await freePorts(6)) as Six;
  const authority = await createAuthority("ACME server's authority");
  const server = await issueServer(authority, { names: ["localhost"], addresses: ["127.0.0.1"] });
  const put = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const config = {
    listenAddress: `127.0.0.1:${port}`,
    managementListenAddress: `127.0.0.1:${management}`,
    certificate: put("cert.pem", server.certificate),
    privateKey: put("key.pem", server.key),
    httpPort: challengePort,
    tlsPort,
    ocspResponderURL: "",
    externalAccountBindingRequired: false,
  };
  const off = ["-http01", "", "-https01", "", "-tlsalpn01", ""];
  const names = spawn(
    "pebble-challtestsrv",
    [...off, "-dns01", `127.0.0.1:${dns}`, "-management", `127.0.0.1:${dnsManagement}`, "-defaultIPv6", ""],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const pebble = spawn(
    "pebble",
    ["-config", put("config.json", JSON.stringify({ pebble: config })), "-dnsserver", `127.0.0.1:${dns}`],
    { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, PEBBLE_VA_NOSLEEP: "1" } },
  );
  await Promise.all([said(names, /Starting management server/), said(pebble, /ACME directory available/)]);
  const ca = put("ca.pem", authority.certificate);
  return {
    directory: `https://127.0.0.1:${port}/dir`,
    ca,
    port,
    challengePort,
    root: () => read(httpsRequest(`https://127.0.0.1:${management}/roots/0`, { ca: authority.certificate })),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([ended(pebble), ended(names)]);
      rmSync(folder, { recursive: true });
    },
  };
}

type Six = [number, number, number, number, number, number];

/** All held at once, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}

/** Resolves when the program has printed it; rejects with all that it printed if it ends before. */
function said(child: ChildProcess, what: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = "";
    const take = (chunk: Buffer) => {
      text += chunk;
      if (what.test(text)) resolve();
    };
    child.stdout!.on("data", take);
    child.stderr!.on("data", take);
    child.once("error", reject);
    child.once("exit", () => reject(new Error(text)));
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

function read(request: ReturnType<typeof httpsRequest>): Promise<string> {
  return new Promise((resolve, reject) => {
    request.on("error", reject).on("response", (response) => void text(response).then(resolve, reject));
    request.end();
  });
}
