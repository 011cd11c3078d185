/** A Web Bridge on loopback with a Call Bridge linked to it, for the tests of this part. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { brotliCompressSync } from "node:zlib";
import { WebSocket } from "ws";
import { memoryLog, parsePrefix, type Scope, systemClock } from "#base";
import { type CallBridgeService, dialWebBridges, TrustFolder } from "#bridge-link";
import { createAuthority, issueLink, issueServer, type Pair } from "#certificates";
import { openDns } from "#dns";
import { startWebBridge, type WebBridge } from "./index.ts";

const authority = await createAuthority("Turnpike test CA");
const web = await issueServer(authority, { names: ["join.example.com"], addresses: ["127.0.0.1"] });
const webLink = await issueLink("web-bridge");
const webLinkTrust = new TrustFolder(mkdtempSync(join(tmpdir(), "turnpike-web-bridge-trust-")));
webLinkTrust.add(webLink.certificate);
after(() => rmSync(webLinkTrust.folder, { recursive: true }));
const callLink = await issueLink("call-bridge");

export interface World {
  readonly bridge: WebBridge;
  readonly log: ReturnType<typeof memoryLog>;
  /** Links a Call Bridge with this service; ends with the scope given. */
  link(scope: Scope, service: CallBridgeService): Promise<void>;
  ask(method: string, path: string, options?: AskOptions): Promise<Answer>;
  socket(path: string, headers?: OutgoingHttpHeaders): WebSocket;
}

export interface AskOptions {
  readonly body?: unknown;
  readonly headers?: OutgoingHttpHeaders;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly json: any;
}

export async function world(scope: Scope, trusted: readonly string[] = []): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "turnpike-web-bridge-"));
  scope.defer(() => rmSync(folder, { recursive: true }));
  const listen = { address: "127.0.0.1", port: 0 };
  const config = {
    listen,
    ...saved(folder, "web", web),
    link: { listen, ...saved(folder, "link", webLink), trust: join(folder, "trust") },
    trustedProxies: trusted.map((text) => parsePrefix(text)!),
    app: appFolder(folder),
  };
  const log = memoryLog();
  const trust = new TrustFolder(config.link.trust);
  trust.add(callLink.certificate);
  const bridge = await startWebBridge(scope, { config, trust, log });
  const { port } = bridge.address;
  return {
    bridge,
    log,
    link: (owner, service) => link(owner, bridge, service),
    ask: (method, path, options = {}) => ask(port, method, path, options),
    socket: (path, headers = {}) =>
      new WebSocket(`wss://127.0.0.1:${port}${path}`, { ca: authority.certificate, headers }),
  };
}

function saved(folder: string, name: string, pair: Pair) {
  const files = { certificate: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
  writeFileSync(files.certificate, pair.certificate);
  writeFileSync(files.key, pair.key, { mode: 0o600 });
  return files;
}

export const SCRIPT = "export {};";

function appFolder(folder: string): string {
  const app = join(folder, "app");
  mkdirSync(join(app, "assets"), { recursive: true });
  writeFileSync(join(app, "index.html"), "<!doctype html><title>Turnpike</title>");
  writeFileSync(join(app, "icon.svg"), "<svg/>");
  const script = join(app, "assets", "index-Cxq3f_9Z.js");
  writeFileSync(script, SCRIPT);
  writeFileSync(`${script}.br`, brotliCompressSync(SCRIPT));
  return app;
}

async function link(scope: Scope, bridge: WebBridge, service: CallBridgeService): Promise<void> {
  const { address, port } = bridge.linkAddress;
  const up = Promise.withResolvers<void>();
  const links = dialWebBridges(scope, {
    name: "cb1",
    ...callLink,
    trust: webLinkTrust,
    service,
    dns: openDns({ servers: [] }, systemClock),
    log: memoryLog(),
    onStatus: ({ status }) => status.state === "connected" && up.resolve(),
  });
  links.setTargets([{ id: "web-bridge-1", url: `c2w://${address}:${port}` }]);
  await up.promise;
  while (bridge.links() === 0) await scope.sleep(2);
}

function ask(port: number, method: string, path: string, { body, headers = {} }: AskOptions): Promise<Answer> {
  const raw = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const json = raw === undefined ? {} : { "content-type": "application/json" };
  return new Promise((resolve, reject) => {
    const options = {
      host: "127.0.0.1",
      port,
      method,
      path,
      ca: authority.certificate,
      agent: false as const,
      servername: "",
    };
    const sent = request({ ...options, headers: { ...json, ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => {
        const bytes = Buffer.concat(chunks);
        const text = bytes.toString("utf8");
        resolve({ status: response.statusCode!, headers: response.headers, bytes, text, json: parsed(text) });
      });
    });
    sent.on("error", reject).end(raw);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
