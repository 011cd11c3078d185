import assert from "node:assert/strict";
import { JoinRequest as LiveKitJoin, SessionDescription, WrappedJoinRequest } from "@livekit/protocol";
import { type Clock, ManualClock, memoryLog, Scope } from "#base";
import type { ClientOrigin, ControlAction, JoinAnswer, JoinRequest } from "#bridge-link";
import { memoryEventLog } from "#event-log";
import type { LegRequest, LocalTransport, MediaPool, PoolEvent } from "#media";
import { createAccessMethod, createSpace } from "#spaces";
import { type Fields, openTestStorage, type Storage } from "#storage";
import { type CallBridge, startCallBridge } from "./call-bridge.ts";
import type { CallRecord } from "./control-contract.ts";
import type { SignedInUser } from "./session-user.ts";
import { captured, TestSocket } from "./testing-socket.ts";
import { testTurnServers } from "./testing-turn.ts";

export { captured, TestSocket } from "./testing-socket.ts";

export const INSIDE: ClientOrigin = { address: "10.0.0.7", via: "inside", traceId: "0123456789abcdef" };
export const OUTSIDE: ClientOrigin = { address: "198.51.100.7", via: "edge", traceId: "0123456789abcdef" };

export const SPACE = { name: "Team", callId: "123456789", secret: "s".repeat(22), passcode: "2468" };

/** Everything that a host may do. */
export const HOST = {
  needsActivation: false,
  callLockAllowed: true,
  endCallAllowed: true,
  disconnectOthersAllowed: true,
  muteOthersAllowed: true,
  videoMuteOthersAllowed: true,
};

export interface WorldOptions {
  readonly users?: Readonly<Record<string, SignedInUser>>;
}

export type World = Awaited<ReturnType<typeof testWorld>>;

/** A Call Bridge on real storage; only the media workers are made up, and the clock stands still. */
export async function testWorld(options: WorldOptions = {}) {
  const scope = new Scope();
  const clock = new ManualClock();
  const storage = await openTestStorage(scope);
  const space = await storage.change((writer) => createSpace(writer, SPACE));
  const log = eventLog(clock);
  const media = recordingPool();
  const records: CallRecord[] = [];
  const bridge = await startCallBridge(scope, {
    name: "cb1",
    storage,
    turnServers: testTurnServers(),
    openMedia: (onEvent) => media.open(onEvent),
    clock,
    log: memoryLog(),
    events: log.events,
    sessionUser: async (token) => options.users?.[token],
  });
  bridge.calls.onRecord((record) => records.push(record));
  const { requests, opened, emit } = media;
  const people = peopleOf(bridge);
  return {
    ...{ bridge, clock, storage, space, records, events: log.lines, requests, opened, emit, ...people },
    ...objectsOf(storage, space.id),
    control: (who: TestSocket, action: ControlAction) => bridge.control(who.token, action, INSIDE),
    [Symbol.asyncDispose]: () => scope.close(),
  };
}

/** Ways into the space, with profiles of their own. */
function objectsOf(storage: Storage, spaceId: string) {
  const profile = async (fields: Fields) =>
    (await storage.change((writer) => writer.insert({ noun: "callLegProfile", fields }))).id;
  const accessMethod = async (callId: string, rules: Fields) => {
    const callLegProfile = await profile(rules);
    const fields = { name: callId, callId, callLegProfile };
    const method = await storage.change((writer) => createAccessMethod(writer, spaceId, fields));
    return { callId, secret: String(method.fields.secret), profile: callLegProfile, id: method.id };
  };
  const callProfile = async (fields: Fields) => {
    await storage.change(async (writer) => {
      const { id } = await writer.insert({ noun: "callProfile", fields });
      await writer.update("coSpace", spaceId, { callProfile: id });
    });
  };
  const change = (noun: string, id: string, fields: Fields) =>
    storage.change((writer) => writer.update(noun, id, fields));
  /** A host's and a guest's way in. */
  const lobbySpace = async (guest: Fields = {}, host: Fields = {}) => ({
    host: await accessMethod("100000001", { ...HOST, ...host }),
    guest: await accessMethod("100000002", { needsActivation: true, ...guest }),
  });
  return { profile, accessMethod, callProfile, change, lobbySpace };
}

export type Way = Pick<JoinRequest, "callId" | "secret">;

function peopleOf(bridge: CallBridge) {
  /** Opens the socket of someone who was admitted. */
  const connect = async (answer: JoinAnswer, origin = INSIDE): Promise<TestSocket> => {
    assert.equal(answer.result, "admitted", JSON.stringify(answer));
    const { token, participant } = answer as Extract<JoinAnswer, { result: "admitted" }>;
    const socket = new TestSocket(token, participant.identity);
    const publisherOffer = new SessionDescription({ type: "offer", sdp: captured("join"), id: 1 });
    bridge.openSignalling({ token, query: joinQuery({ publisherOffer }) }, origin, socket);
    await socket.until((said) => said.includes("join"));
    return socket;
  };
  const join = (name: string, way: Way = SPACE, origin = INSIDE, more: Partial<JoinRequest> = {}) =>
    bridge.join({ callId: way.callId, ...(way.secret ? { secret: way.secret } : {}), name, ...more }, origin);
  const enter = async (name: string, origin = INSIDE, way: Way = SPACE) =>
    connect(await join(name, way, origin), origin);
  /** Comes by this way, from inside. */
  const come = (name: string, way: Way) => enter(name, INSIDE, way);
  return { connect, join, enter, come };
}

function eventLog(clock: Clock) {
  const events = memoryEventLog(clock);
  const lines: string[] = [];
  events.follow(({ level, text }) => lines.push(`${level}: ${text}`));
  return { events, lines };
}

/** Stands for the media workers: takes everything and keeps it. */
function recordingPool() {
  const requests: LegRequest[] = [];
  const opened: { legId: string; callId: string; via: string; permit: readonly string[] }[] = [];
  let emit: (event: PoolEvent) => void = () => {};
  let generation = 0;
  const local = (): LocalTransport => ({
    iceUfrag: `ufrag${++generation}`,
    icePwd: "p".repeat(22),
    fingerprint: { algorithm: "sha-256", value: Array(32).fill("AB").join(":") },
    candidates: [],
  });
  const pool: MediaPool = {
    openLeg: async (leg) => {
      opened.push(leg);
      return local();
    },
    request: async (_legId, request) => {
      requests.push(request);
      return (request.do === "restartIce" ? local() : undefined) as never;
    },
    workerOf: () => 0,
    setEdges: () => {},
    stats: async () => [],
  };
  const open = async (onEvent: (event: PoolEvent) => void) => {
    emit = onEvent;
    return pool;
  };
  return { requests, opened, open, emit: (event: PoolEvent) => emit(event) };
}

export function joinQuery(change: Partial<LiveKitJoin> = {}): Record<string, string> {
  const joinRequest = new LiveKitJoin({
    ...change,
    connectionSettings: { autoSubscribe: true },
  } as Partial<LiveKitJoin>).toBinary();
  return { join_request: Buffer.from(new WrappedJoinRequest({ joinRequest }).toBinary()).toString("base64url") };
}

export function codeOf(answer: JoinAnswer): string | undefined {
  return answer.result === "refused" ? answer.error.code : undefined;
}
