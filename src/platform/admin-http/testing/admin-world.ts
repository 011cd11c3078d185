import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { ManualClock, memoryLog, Scope } from "#base";
import { createAuthority, issueServer } from "#certificates";
import { type Account, updateAccounts } from "../accounts/file.ts";
import { hashPassword } from "../accounts/password.ts";
import { type AdminRole, type AdminSources, startAdminServer } from "../index.ts";

export const PASSWORD = "the-right-password";
const passwordHash = await hashPassword(PASSWORD);
const authority = await createAuthority("test");
const pair = await issueServer(authority, { names: ["localhost"], addresses: ["127.0.0.1"], days: 1 });

export interface Sent {
  /** "name:password", for HTTP Basic. */
  readonly auth?: string | undefined;
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is if it is text, else as JSON. */
  readonly body?: unknown;
  /** Another loopback address, as if from another network. */
  readonly from?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever JSON came
  readonly json: any;
}

export const JSON_TYPE = { "content-type": "application/json" };
export const OWN = { ...JSON_TYPE, "x-turnpike-admin": "1" };

export interface WorldOptions {
  readonly accounts?: Readonly<Record<string, AdminRole>>;
  readonly sources?: AdminSources;
  readonly clock?: ManualClock;
}

/** A real HTTPS server on loopback with accounts whose password is PASSWORD, and a clock that the test holds. */
export async function adminWorld(context: TestContext, options: WorldOptions = {}) {
  const { accounts = { ann: "admin" }, sources = {}, clock = new ManualClock() } = options;
  const dir = mkdtempSync(join(tmpdir(), "turnpike-admin-"));
  const scope = new Scope();
  context.after(async () => {
    await scope.close();
    rmSync(dir, { recursive: true });
  });
  const file = (name: string, text: string) => {
    writeFileSync(join(dir, name), text);
    return join(dir, name);
  };
  const accountsFile = join(dir, "administrators.json");
  const update = (change: (list: readonly Account[]) => readonly Account[]) => updateAccounts(accountsFile, change);
  await update(() =>
    Object.entries(accounts).map(([name, role]) => ({ name, role, passwordHash, createdAt: 1, changedAt: 1 })),
  );
  const config = {
    listen: { address: "127.0.0.1", port: 0 },
    certificate: file("c.pem", pair.certificate),
    key: file("k.pem", pair.key),
    accountsFile,
    auditFile: join(dir, "audit.log"),
    idleTimeoutMinutes: 30,
  };
  const log = memoryLog();
  const { port } = await startAdminServer(scope, config, sources, log, clock);
  const send = (path: string, { auth, method = "GET", headers = {}, body, from = "127.0.0.1" }: Sent = {}) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const text = typeof body === "string" || body === undefined ? body : JSON.stringify(body);
      const length = text === undefined ? {} : { "content-length": String(Buffer.byteLength(text)) };
      const call = request({
        ...{
          host: "127.0.0.1",
          port,
          path,
          method,
          headers: { ...headers, ...length },
          localAddress: from,
          agent: false,
        },
        ca: authority.certificate,
        servername: "localhost",
        ...(auth ? { auth } : {}),
      });
      call.on("response", resolve);
      call.on("error", reject);
      call.end(text);
    });
  const ask = async (path: string, sent?: Sent): Promise<Answer> => {
    const response = await send(path, sent);
    let text = "";
    for await (const chunk of response.setEncoding("utf8")) text += chunk;
    const json = text !== "" && /json/.test(response.headers["content-type"] ?? "") ? JSON.parse(text) : undefined;
    return { status: response.statusCode!, headers: response.headers, body: text, json };
  };
  const signIn = (username = "ann", more: object = {}, sent: Sent = {}) =>
    ask("/api/session", {
      method: "POST",
      ...sent,
      headers: { ...OWN, ...sent.headers },
      body: { username, password: PASSWORD, ...more },
    });
  /** A `cookie` header of a new session. */
  const session = async (username = "ann", more: object = {}) => cookieOf(await signIn(username, more));
  return { dir, scope, port, clock, log, config, accountsFile, update, send, ask, signIn, session };
}

export type World = Awaited<ReturnType<typeof adminWorld>>;

export function cookieOf({ headers }: Answer): string {
  return headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
}

export function basic(name = "ann", password = PASSWORD): string {
  return `${name}:${password}`;
}

/** What a failed answer says, in short. */
export function refusal({ status, json }: Answer): readonly [number, string | undefined] {
  return [status, json?.error?.code];
}
