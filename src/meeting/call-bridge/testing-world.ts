import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import {
  JoinRequest as LiveKitJoin,
  SessionDescription,
  SignalRequest,
  SignalResponse,
  WrappedJoinRequest,
} from "@livekit/protocol";
import { ManualClock, memoryLog, Scope } from "#base";
import type { ClientOrigin, SignallingStream } from "#bridge-link";
import type { LegRequest, LocalTransport, MediaPool, PoolEvent } from "#media";
import type { AccessProof, Space, SpaceStore } from "#storage";
import { startCallBridge } from "./call-bridge.ts";

export const INSIDE: ClientOrigin = { address: "10.0.0.7", via: "inside", traceId: "0123456789abcdef" };
export const OUTSIDE: ClientOrigin = { address: "198.51.100.7", via: "edge", traceId: "0123456789abcdef" };

export const SPACE: Space = {
  ...{ id: "space-1", name: "Team", uri: undefined, callId: "123456789", secret: "s".repeat(22) },
  ...{ hasPasscode: true, createdAt: 0 },
};

export async function testWorld() {
  const scope = new Scope();
  const clock = new ManualClock();
  const spaces = new Map([[SPACE.id, SPACE]]);
  const events: string[] = [];
  const media = recordingPool();
  const bridge = await startCallBridge(scope, {
    name: "cb1",
    spaces: store(spaces),
    turnServers: [
      {
        ...{ serverAddress: "10.0.1.2", port: 3478, transport: "udp", clientAddress: "203.0.113.10" },
        credentials: { kind: "short-term", sharedSecret: "north" },
      },
    ],
    openMedia: (onEvent) => media.open(onEvent),
    clock,
    log: memoryLog(),
    eventLine: (level, text) => events.push(`${level}: ${text}`),
  });
  const enter = async (name: string, origin: ClientOrigin) => {
    const answer = await bridge.join({ callId: SPACE.callId, secret: SPACE.secret, name }, origin);
    assert.ok(answer.admitted);
    const socket = new TestSocket(answer.token);
    const publisherOffer = new SessionDescription({ type: "offer", sdp: captured("join"), id: 1 });
    bridge.openSignalling({ token: answer.token, query: joinQuery({ publisherOffer }) }, origin, socket);
    await socket.until((said) => said.includes("join"));
    return socket;
  };
  const { requests, opened, emit } = media;
  return { bridge, clock, spaces, events, requests, opened, emit, enter, [Symbol.asyncDispose]: () => scope.close() };
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
    stats: async () => [],
  };
  const open = async (onEvent: (event: PoolEvent) => void) => {
    emit = onEvent;
    return pool;
  };
  return { requests, opened, open, emit: (event: PoolEvent) => emit(event) };
}

function store(spaces: Map<string, Space>): SpaceStore {
  const unused = () => Promise.reject(new Error("not used"));
  return {
    createSpace: unused,
    findSpace: async (id) => spaces.get(id),
    findByCallId: unused,
    listSpaces: unused,
    deleteSpace: unused,
    verifyAccess: async (callId: string, { secret, passcode }: AccessProof) => {
      await Promise.resolve();
      const space = [...spaces.values()].find((one) => one.callId === callId);
      return space && (secret === space.secret || passcode === "2468") ? space : undefined;
    },
    signingKey: async () => new Uint8Array(32).fill(1),
  };
}

export class TestSocket implements SignallingStream {
  readonly token: string;
  readonly said: (string | undefined)[] = [];
  sid = "";
  closedWith: number | undefined;
  listener: ((frame: Uint8Array | string) => void) | undefined;
  #onClose: ((code: number, reason: string) => void) | undefined;

  constructor(token = "") {
    this.token = token;
  }

  send(frame: Uint8Array | string): void {
    const { message } = SignalResponse.fromBinary(frame as Uint8Array);
    this.said.push(message.case);
    if (message.case === "join") this.sid = message.value.participant!.sid;
  }

  onMessage(listener: (frame: Uint8Array | string) => void): void {
    this.listener = listener;
  }

  onClose(listener: (code: number, reason: string) => void): void {
    this.#onClose = listener;
  }

  close(code: number, reason: string): void {
    this.closedWith = code;
    this.#onClose?.(code, reason);
  }

  drop(): void {
    this.#onClose?.(1006, "");
  }

  say(message: SignalRequest["message"]): void {
    this.listener?.(new SignalRequest({ message }).toBinary());
  }

  async until(condition: (said: readonly (string | undefined)[]) => boolean): Promise<boolean> {
    await until(`said ${this.said}`, () => condition(this.said));
    return true;
  }
}

export async function until(what: string, condition: () => boolean): Promise<void> {
  await using scope = new Scope();
  for (let i = 0; i < 300; i++) {
    if (condition()) return;
    await scope.sleep(10);
  }
  assert.fail(`not within 3 s: ${what}`);
}

export function joinQuery(change: Partial<LiveKitJoin> = {}): Record<string, string> {
  const joinRequest = new LiveKitJoin({
    ...change,
    connectionSettings: { autoSubscribe: true },
  } as Partial<LiveKitJoin>).toBinary();
  return { join_request: Buffer.from(new WrappedJoinRequest({ joinRequest }).toBinary()).toString("base64url") };
}

/** Offers of Chromium, from the tests of media signalling. */
export function captured(name: string): string {
  const file = `../media-signalling/testdata/chromium-156-livekit-client-2.23.0-${name}.sdp`;
  return readFileSync(new URL(file, import.meta.url), "utf8");
}

export function codeOf(answer: { admitted: boolean; error?: { code: string } }): string | undefined {
  return answer.error?.code;
}
