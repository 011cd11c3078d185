import { once } from "node:events";
import type { RequestListener } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import type { Answer } from "dns-packet";
import { type Clock, memoryLog, Scope, systemClock } from "#base";
import { createAuthority, issueServer, type Pair } from "#certificates";
import { type Dns, Resolver } from "#dns";
import { until } from "#until";
import { PROXY_LIMITS } from "../limits.ts";
import { ProbeTraces } from "./probe.ts";
import type { Trust } from "./reach.ts";
import { TARGET_TIMES, type TargetRow, type TargetTimes } from "./target.ts";
import { TargetSet, type TargetSettings } from "./target-set.ts";

export const HOST = "join.example.com";
export const SRV = `SRV _cms-web._tls.${HOST}`;
export const [authority, stranger] = await Promise.all([createAuthority("inside"), createAuthority("stranger")]);
export const certificate = await issueServer(authority, { names: [HOST] });
export const trusted: Trust = { kind: "authorities", certificates: [authority.certificate] };

/** Ticks are quick; what is due is said by the clock. */
export const TIMES: TargetTimes = {
  ...TARGET_TIMES,
  probeFailedMs: 20,
  probeActiveMs: 40,
  timeoutMs: 1000,
  firstLookupMs: 50,
};

export interface Bridge {
  readonly server: Server;
  readonly port: number;
  stop(): void;
}

/** A Web Bridge, or any other HTTPS server. */
export async function bridge(
  t: TestContext,
  answer: number | RequestListener = 200,
  pair: Pair = certificate,
): Promise<Bridge> {
  const listener: RequestListener =
    typeof answer === "number" ? (_request, response) => response.writeHead(answer).end() : answer;
  const server = createServer({ cert: pair.certificate, key: pair.key }, listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  t.after(stop);
  return { server, port: (server.address() as AddressInfo).port, stop };
}

export function srv(port: number, priority = 10, weight = 5, target = "wb.example.com", ttl = 60): Answer {
  return { name: `_cms-web._tls.${HOST}`, type: "SRV", ttl, data: { priority, weight, port, target } };
}

export function address(name: string, data: string, ttl = 60): Answer {
  return { name, type: data.includes(":") ? "AAAA" : "A", ttl, data } as Answer;
}

export function resolver(server: { address: string; port: number }, clock: Clock = systemClock): Dns {
  return new Resolver({ servers: [server], hosts: new Map(), clock, timeoutMs: 150 });
}

export interface Watched {
  readonly set: TargetSet;
  readonly log: ReturnType<typeof memoryLog>;
  readonly traces: ProbeTraces;
}

export function targetSet(
  t: TestContext,
  dns: Dns,
  settings: Partial<TargetSettings> = {},
  clock: Clock = systemClock,
): Watched {
  const scope = new Scope();
  t.after(() => scope.close());
  const log = memoryLog();
  const traces = new ProbeTraces();
  const set = new TargetSet(
    scope,
    { trust: trusted, ...settings },
    { joinHost: HOST, dns, clock, log, times: TIMES, limits: PROXY_LIMITS, traces, onChange: () => {} },
  );
  return { set, log, traces };
}

/** The rows that are in the state, once there are so many. */
export function inState<S extends TargetRow["state"]>(set: TargetSet, count: number, state: S) {
  return until(() => {
    const rows = set.row().targets.filter((row): row is Extract<TargetRow, { state: S }> => row.state === state);
    return rows.length === count && rows;
  }, `${count} targets are ${state}`);
}

/** Which ports get so many requests that follow each other. */
export async function portsTaken(set: TargetSet, times: number): Promise<number[]> {
  const ports: number[] = [];
  for (let i = 0; i < times; i++) {
    const socket = await set.connect(await set.choose());
    ports.push(socket.remotePort!);
    socket.destroy();
  }
  return ports;
}
