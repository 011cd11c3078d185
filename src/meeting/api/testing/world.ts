import { connect } from "node:net";
import fastify from "fastify";
import type { Administrator } from "#admin-http";
import { AlarmBoard } from "#alarms";
import { ManualClock, memoryLog, type Scope } from "#base";
import type { TurnServerStatus } from "#call-bridge";
import { memoryEventLog } from "#event-log";
import { openTestStorage } from "#storage";
import type { ApiOptions } from "../options.ts";
import { apiPlugin } from "../plugin.ts";
import { MemoryCalls } from "./calls.ts";

const ACCOUNTS: Readonly<Record<string, Administrator>> = {
  "api:secret": { name: "api", role: "api" },
  "viewer:secret": { name: "viewer", role: "read-only" },
};

export interface Answered {
  readonly status: number;
  readonly body: string;
  readonly headers: Headers;
}

/** The API on a server of its own, over a real storage; the guard knows two accounts. */
export async function testApi(scope: Scope, more: Partial<ApiOptions> = {}) {
  const clock = new ManualClock();
  const log = memoryLog();
  const events = memoryEventLog(clock);
  const calls = new MemoryCalls();
  const alarms = new AlarmBoard(clock);
  const turnStatus = new Map<string, TurnServerStatus>();
  const storage = more.storage ?? (await openTestStorage(scope));
  const options: ApiOptions = {
    storage,
    calls,
    turnServers: {
      all: () => [...turnStatus.values()],
      status: (id) => turnStatus.get(id),
      probe: async (id) => turnStatus.get(id),
      iceServersFor: () => [],
      failure: () => undefined,
    },
    webBridges: { status: () => "connectionFailure" },
    alarms,
    events,
    system: () => ({
      hostId: "8b6dc06e-6a0b-4983-aa9c-bf49826f7756",
      softwareVersion: "0.1.0",
      uptimeSeconds: 90_730,
      cdrCorrelatorIndex: 7,
    }),
    joinHost: "join.example.com",
    clock,
    log,
    ...more,
  };
  const server = fastify({ routerOptions: { ignoreDuplicateSlashes: true } });
  scope.defer(() => server.close());
  const plugin = apiPlugin(options);
  const guard = {
    who: async ({ headers }: { readonly headers: { readonly authorization?: string | undefined } }) =>
      ACCOUNTS[Buffer.from(headers.authorization?.replace(/^Basic\s*/, "") ?? "", "base64").toString()],
  };
  // As the administration's own: hooks that wait, between an answer and its sending.
  server.addHook("onSend", async () => {
    await Promise.resolve();
  });
  await server.register((own) => plugin.register(own, guard), { prefix: plugin.prefix });
  const origin = await server.listen({ host: "127.0.0.1", port: 0 });
  const { port } = new URL(origin);
  return { plugin, calls, alarms, events, log, clock, turnStatus, storage, port: Number(port), ...client(origin) };
}

function client(origin: string) {
  const send = async (method: string, path: string, body?: string, headers: Record<string, string> = {}) => {
    const authorization = `Basic ${Buffer.from("api:secret").toString("base64")}`;
    const type = body === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" };
    const response = await fetch(`${origin}/api/v1/${path}`, {
      method,
      headers: { authorization, ...type, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    const answered: Answered = { status: response.status, body: await response.text(), headers: response.headers };
    return answered;
  };
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  const json = async (path: string): Promise<Record<string, any>> =>
    JSON.parse((await send("GET", path, undefined, { accept: "application/json" })).body);
  /** The id of what a POST made. */
  const make = async (path: string, body = ""): Promise<string> => {
    const { status, body: text, headers } = await send("POST", path, body);
    if (status !== 200) throw new Error(`${status} ${text}`);
    return headers.get("location")!.split("/").at(-1)!;
  };
  return { send, json, make };
}

/** Sends bytes as they are and gives what comes back until the other side closes. */
export function rawRequest(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    let text = "";
    socket.setEncoding("utf8").on("data", (chunk) => {
      text += chunk;
    });
    socket.on("end", () => resolve(text)).on("error", reject);
  });
}

export type TestApi = Awaited<ReturnType<typeof testApi>>;
