import { createSocket } from "node:dgram";
import { once } from "node:events";
import { AlarmBoard } from "#alarms";
import { memoryLog, type Scope, systemClock } from "#base";
import type { ClientOrigin } from "#bridge-link";
import { Resolver } from "#dns";
import { memoryEventLog } from "#event-log";
import { type EdgeState, openMediaPool } from "#media";
import { type Fields, openTestStorage } from "#storage";
import { openTurnServers } from "./turn-servers.ts";

/** What the tests of this folder build their worlds from. No part of the product imports it. */

const OUTSIDE: ClientOrigin = { address: "198.51.100.7", via: "edge", traceId: "0123456789abcdef" };

export interface WorldOptions {
  /** Without, no media workers are started. */
  readonly workers?: number;
  /** The only names that there are. */
  readonly hosts?: ReadonlyMap<string, string[]>;
}

/** TURN servers in a real storage, with real media workers; whatever happened is remembered. */
export async function testTurnServers(scope: Scope, objects: readonly Fields[], options: WorldOptions = {}) {
  const storage = await openTestStorage(scope);
  const insert = (fields: Fields) =>
    storage.change(async (writer) => (await writer.insert({ noun: "turnServer", fields })).id);
  const update = (id: string, fields: Fields) =>
    storage.change((writer) => writer.update("turnServer", id, fields).then(() => {}));
  const remove = (id: string) => storage.change((writer) => writer.remove("turnServer", id));
  const ids: string[] = [];
  for (const fields of objects) ids.push(await insert(fields));
  const [clock, log] = [systemClock, memoryLog()];
  const alarms = new AlarmBoard(clock);
  const events = memoryEventLog(clock);
  const dns = new Resolver({ servers: [], hosts: options.hosts ?? new Map(), clock });
  const turnServers = await openTurnServers(scope, { storage, callBridge: "cb1", dns, alarms, events, clock, log });
  const relays: EdgeState[] = [];
  if (options.workers) {
    const listen = { address: "127.0.0.1", advertised: "127.0.0.1", port: 0 };
    const pool = await openMediaPool(scope, {
      ...{ workers: options.workers, log, options: { listen, edges: [], logLevel: "error" } },
      onEvent: (event) => {
        if ("media" in event && event.media.event === "edge") relays.push(event.media.edge);
        turnServers.onPool(event);
      },
    });
    turnServers.useMedia(pool);
  }
  return {
    ...{ storage, turnServers, alarms, ids, relays, insert, update, remove },
    lines: () => events.lines.map(({ level, text }) => `${level}: ${text}`),
    raised: () => alarms.current().map(({ type, subject, failureReason }) => ({ type, subject, failureReason })),
    /** Of all servers, in the order of the guest's list. */
    urls: () => turnServers.iceServersFor(OUTSIDE, "guest-1").flatMap(({ urls }) => urls[0]!),
  };
}

/** A port whose UDP takes `ms` longer each way to the server's. */
export async function farAway(scope: Scope, serverPort: number, ms: number): Promise<number> {
  const near = createSocket("udp4").bind(0, "127.0.0.1");
  await once(near, "listening");
  scope.defer(() => void near.close());
  const wait = (run: () => void) => void scope.after(ms, run);
  const clients = new Map<number, (packet: Buffer) => void>();
  const connect = (port: number) => {
    const far = createSocket("udp4");
    scope.defer(() => void far.close());
    scope.on(far, "message", (packet: Buffer) => wait(() => near.send(packet, port, "127.0.0.1")));
    scope.on(far, "error", () => {});
    return (packet: Buffer) => wait(() => far.send(packet, serverPort, "127.0.0.1"));
  };
  scope.on(near, "message", (packet: Buffer, from: { port: number }) => {
    const forward = clients.get(from.port) ?? connect(from.port);
    clients.set(from.port, forward);
    forward(packet);
  });
  return near.address().port;
}
