import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type RequestListener } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { XMLParser } from "fast-xml-parser";
import { AlarmBoard } from "#alarms";
import { ManualClock, memoryLog, Scope } from "#base";
import type { CallControl, CallLegView, CallRecord, CallView } from "#call-bridge";
import { type EventLog, eventStream, memoryEventLog } from "#event-log";
import { openTestStorage, type StoredObject } from "#storage";
import { type CallRecordsOptions, startCallRecords } from "./start.ts";

/** Tests run with it: a number of milliseconds, so that none waits for a second. */
const FIRST_RETRY_MS = 20;

export interface Arrival {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver of records on a port of its own; `answer` is its status. */
export async function testReceiver(scope: Scope, options: { port?: number; tls?: { cert: string; key: string } } = {}) {
  const arrivals: Arrival[] = [];
  const state = { answer: 200 };
  let told = Promise.withResolvers<void>();
  const listener: RequestListener = async (request, response) => {
    let body = "";
    for await (const part of request.setEncoding("utf8")) body += part;
    arrivals.push({ path: request.url ?? "", headers: request.headers, body });
    response.writeHead(state.answer, { location: "/elsewhere" }).end();
    told.resolve();
    told = Promise.withResolvers();
  };
  const server = options.tls ? createSecureServer(options.tls, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const stop = () => new Promise<void>((resolve) => server.close(() => resolve()).closeAllConnections());
  scope.defer(stop);
  const until = async (done: () => boolean) => {
    while (!done()) await told.promise;
  };
  return { port, arrivals, state, stop, until };
}

/** What a call bridge is to this part: something that tells of records. */
export function testCalls(): Pick<CallControl, "onRecord"> & { tell(record: CallRecord): void } {
  const listeners = new Set<(record: CallRecord) => void>();
  return {
    onRecord: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell: (record) => {
      for (const listener of listeners) listener(record);
    },
  };
}

export const callView = (name = "Weekly"): CallView => ({
  id: "c0a1e7f0-0000-4000-8000-000000000001",
  name,
  spaceId: "5bace000-0000-4000-8000-000000000002",
  tenant: undefined,
  callCorrelator: "c0220000-0000-4000-8000-000000000003",
  ownerName: "Olga",
  startedAt: 0,
  locked: false,
  rules: {} as CallView["rules"],
  allowAllMuteSelf: false,
  joinAudioMuteOverride: undefined,
  messageText: "",
  numCallLegs: 1,
  maxCallLegs: 3,
  numWaiting: 0,
  presenterCallLeg: undefined,
});

export const legView = (name = "Ann"): CallLegView => ({
  id: "1e600000-0000-4000-8000-000000000004",
  callId: callView().id,
  participantId: "9a270000-0000-4000-8000-000000000005",
  name,
  remoteParty: "guest-8ae1",
  tenant: undefined,
  client: "js 2.23.0 Chrome 156",
  address: "198.51.100.7",
  via: "edge",
  state: "connected",
  startedAt: 0,
  rules: {} as CallLegView["rules"],
  ownRules: {},
  trace: [],
  path: { link: "relay", peer: "198.51.100.7:5000", edge: "192.0.2.1" },
  media: {
    rx: [{ kind: "audio", role: "main", codec: "opus", bitRate: 32000, packetLossPercentage: 0.5, jitterMs: 3 }],
    tx: [
      { kind: "video", role: "main", codec: "vp8", bitRate: 9, packetLossPercentage: 9, jitterMs: 9 },
      {
        kind: "video",
        role: "main",
        codec: "vp8",
        bitRate: 90,
        packetLossPercentage: 0,
        jitterMs: 1,
        width: 640,
        height: 360,
      },
    ],
    roundTripTimeMs: 21,
    estimate: undefined,
  },
});

export const callStart = (name?: string, at = Date.UTC(2026, 1, 3, 4, 5, 6, 7)): CallRecord => ({
  type: "callStart",
  at,
  call: callView(name),
});

/** Everything around this part, real but for the calls; `start` may be called again after its scope has closed. */
export async function testWorld(context: { after(run: () => Promise<void>): void }) {
  const scope = new Scope();
  const folder = mkdtempSync(join(tmpdir(), "turnpike-call-records-"));
  context.after(async () => {
    await scope.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const clock = new ManualClock();
  const [storage, calls, alarms] = [await openTestStorage(scope), testCalls(), new AlarmBoard(clock)];
  const [events, log, hostId] = [memoryEventLog(clock), memoryLog(), "a0570000-0000-4000-8000-000000000006"];
  const insert = (noun: string, fields: Record<string, string | boolean>) =>
    storage.change((writer) => writer.insert({ noun, fields }));
  const start = (more: Partial<CallRecordsOptions> = {}, at: Scope = scope.child()) =>
    startCallRecords(at, {
      ...{ storage, calls, alarms, events, clock, log, hostId, folder, firstRetryMs: FIRST_RETRY_MS },
      ...more,
    });
  return { scope, folder, clock, storage, calls, alarms, events, insert, start };
}

/** Resolves when the log has this line. */
export async function line(events: EventLog, text: string): Promise<void> {
  for await (const entry of eventStream(events, new AbortController().signal, { after: 0 }))
    if (entry.text === text) return;
}

/** The records of all bodies: attributes begin with "@". */
export function readRecords(arrivals: readonly Arrival[]): Record<string, unknown>[] {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: "@",
    isArray: (name) => name === "record",
    parseTagValue: false,
    trimValues: false,
    htmlEntities: true,
  });
  return arrivals.flatMap(({ body }) => parser.parse(body).records.record);
}

/** A CDR receiver as the storage gives it, always the same. */
export const testReceiverObject = (uri: string): StoredObject => ({
  id: "cd200000-0000-4000-8000-000000000007",
  noun: "cdrReceiver",
  parent: undefined,
  fields: { uri },
  version: 1,
  createdAt: 0,
  changedAt: 0,
});
