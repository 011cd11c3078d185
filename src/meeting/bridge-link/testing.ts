/** What the tests of this part and of the Web Bridge build their world with. */

import { type Log, memoryLog, type Scope, systemClock, type TransportAddress } from "#base";
import { issueLink, type Pair } from "#certificates";
import { type Dns, Resolver } from "#dns";
import { type DialledLinks, dialWebBridges, type LinkReport } from "./call-bridge-end/dial.ts";
import { pinsOf } from "./pinning.ts";
import type { CallBridgeService, ClientOrigin, JoinAnswer, SignallingRequest, SignallingStream } from "./service.ts";
import type { Trust } from "./trust.ts";
import { acceptBridgeLinks, type BridgeLinks } from "./web-bridge-end/accept.ts";

export const LOOPBACK: TransportAddress = { address: "127.0.0.1", port: 0 };
export const ORIGIN: ClientOrigin = { address: "198.51.100.7", via: "edge", traceId: "0123456789abcdef" };

export const ADMITTED: JoinAnswer = {
  result: "admitted",
  space: { name: "Board room", callId: "123456789" },
  participant: { identity: "guest1", name: "Ana" },
  token: "a.b.c",
  iceServers: [{ urls: ["turn:203.0.113.10:3478"], username: "1:guest:1", credential: "x" }],
  traceId: ORIGIN.traceId,
};

/** A Call Bridge that admits everyone and sends every frame back; tests replace what they need otherwise. */
export function echoService(replace: Partial<CallBridgeService> = {}): CallBridgeService {
  return {
    join: async () => ADMITTED,
    lobby: async () => ADMITTED,
    control: async () => ({ done: true }),
    portal: async ({ method, path }) => ({ status: 200, body: { method, path } }),
    openSignalling: (_request, _origin, stream) => stream.onMessage((frame) => stream.send(frame)),
    validateToken: async () => ({ status: 200, text: "success" }),
    ...replace,
  };
}

export interface LinkWorld {
  readonly scope: Scope;
  readonly links: BridgeLinks;
  readonly dialled: DialledLinks;
  readonly log: ReturnType<typeof memoryLog>;
}

export const webBridge: Pair = await issueLink("web-bridge");
export const callBridge: Pair = await issueLink("call-bridge");

/** Both ends on loopback; resolves at once, the link comes up later. */
export async function linkWorld(scope: Scope, service: CallBridgeService = echoService()): Promise<LinkWorld> {
  const log = memoryLog();
  const links = await accept(scope, log);
  return { scope, links, dialled: dial(scope, links.address, { service, log }), log };
}

/** Trusts these for ever. */
export function trustOf(...pems: string[]): Trust {
  return { pins: () => pinsOf(pems), onChange: () => () => {} };
}

export function accept(
  scope: Scope,
  log: Log,
  listen = LOOPBACK,
  own = webBridge,
  trust = trustOf(callBridge.certificate),
) {
  return acceptBridgeLinks(scope, { listen, ...own, trust, log });
}

export interface DialChanges {
  readonly service?: CallBridgeService;
  readonly log?: Log;
  readonly host?: string;
  readonly trust?: Trust;
  readonly edgeAddresses?: readonly string[];
  readonly dns?: Dns;
  readonly own?: Pair;
  readonly onStatus?: (report: LinkReport) => void;
}

export function dial(scope: Scope, to: TransportAddress, changes: DialChanges = {}): DialledLinks {
  const url = `c2w://${changes.host ?? to.address}:${to.port}`;
  const links = dialWebBridges(scope, {
    name: "cb1",
    ...(changes.own ?? callBridge),
    trust: changes.trust ?? trustOf(webBridge.certificate),
    dns: changes.dns ?? new Resolver({ servers: [], hosts: new Map(), clock: systemClock }),
    edgeAddresses: () => changes.edgeAddresses ?? [],
    service: changes.service ?? echoService(),
    log: changes.log ?? memoryLog(),
    ...(changes.onStatus ? { onStatus: changes.onStatus } : {}),
  });
  links.setTargets([{ id: "web-bridge-1", url }]);
  return links;
}

/** The client's side of a signalling stream, as a Web Bridge would make it of a WebSocket. */
export class FakeClient implements SignallingStream {
  readonly received: (Uint8Array | string)[] = [];
  closed: { code: number; reason: string } | undefined;
  pauses = 0;
  resumes = 0;
  #onMessage: (frame: Uint8Array | string) => void = () => {};
  #onClose: (code: number, reason: string) => void = () => {};

  /** As if the browser had sent this. */
  says(frame: Uint8Array | string): void {
    this.#onMessage(frame);
  }
  /** As if the browser had closed. */
  leaves(code: number, reason: string): void {
    this.#onClose(code, reason);
  }
  send(frame: Uint8Array | string): void {
    this.received.push(typeof frame === "string" ? frame : Uint8Array.from(frame));
  }
  onMessage(listener: (frame: Uint8Array | string) => void): void {
    this.#onMessage = listener;
  }
  onClose(listener: (code: number, reason: string) => void): void {
    this.#onClose = listener;
  }
  close(code: number, reason: string): void {
    this.closed ??= { code, reason };
  }
  pause(): void {
    this.pauses++;
  }
  resume(): void {
    this.resumes++;
  }
}

export const SIGNALLING: SignallingRequest = { token: "a.b.c", query: { sdk: "js" } };
