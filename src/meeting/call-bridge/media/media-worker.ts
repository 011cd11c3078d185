import { assertNever, type Clock, type Scope } from "#base";
import { type Refusal, Sfu, TICK_MS } from "#sfu";
import type {
  LocalTransport,
  MediaAnswer,
  MediaEvent,
  MediaRequest,
  SourceOptions,
  SubscriptionOptions,
} from "./control.ts";
import { CpuLoad } from "./cpu-load.ts";
import { fail } from "./errors.ts";
import type { MediaTransport, TransportHost } from "./transport/contract.ts";

export interface MediaWorkerParts {
  readonly host: TransportHost;
  readonly clock: Clock;
  readonly random: () => number;
  readonly emit: (event: MediaEvent) => void;
}

const SECOND_MS = 1000;

type OpenLeg = Extract<MediaRequest, { do: "openLeg" }>;
type AddSubscription = Extract<MediaRequest, { do: "addSubscription" }>;
type SendData = Extract<MediaRequest, { do: "sendData" }>;

/** One worker's legs: each has a transport, and the SFU between them. */
export class MediaWorker {
  readonly #parts: MediaWorkerParts;
  readonly #sfu: Sfu;
  readonly #legs = new Map<string, MediaTransport>();
  readonly #cpu: CpuLoad;

  constructor(scope: Scope, parts: MediaWorkerParts) {
    this.#parts = parts;
    this.#sfu = new Sfu({
      random: parts.random,
      onSpeakers: (callId, speakers) => parts.emit({ event: "speakers", callId, speakers }),
    });
    this.#cpu = new CpuLoad(this.#now());
    scope.every(TICK_MS, () => this.#sfu.tick(parts.clock.monotonicUs()));
    scope.every(SECOND_MS, () => this.#cpu.sample(this.#now()));
  }

  /** Does one request. Throws the errors of errors.ts. */
  handle(request: MediaRequest): MediaAnswer | Promise<MediaAnswer> {
    switch (request.do) {
      case "openLeg":
        return this.#openLeg(request);
      case "setRemote":
        this.#leg(request.legId).setRemote(request);
        return undefined;
      case "restartIce":
        return this.#leg(request.legId).restartIce();
      case "permit":
        this.#leg(request.legId).permit(request.address);
        return undefined;
      case "addSource":
        return refuse(this.#sfu.addSource(request.source, request.muted), request.source);
      case "removeSource":
        this.#sfu.removeSource(request.sourceId);
        return undefined;
      case "muteSource":
        return this.#muteSource(request.sourceId, request.muted);
      case "addSubscription":
        return this.#addSubscription(request);
      case "removeSubscription":
        this.#sfu.removeSubscription(request.subscriptionId);
        return undefined;
      case "setSubscription":
        return this.#setSubscription(request.subscriptionId, request.maxLayer, request.paused);
      case "sendData":
        return this.#sendData(request);
      case "closeLeg":
        return this.#closeLeg(request.legId);
      case "setEdges":
        this.#parts.host.setEdges(request.edges);
        return undefined;
      case "stats":
        return this.#stats();
      default:
        return assertNever(request);
    }
  }

  /** A guest's leg waits for the relays that it needs, 1.5 s at most, once after the worker's start. */
  async #openLeg({ legId, callId, via, permit }: OpenLeg): Promise<LocalTransport> {
    const { host, emit } = this.#parts;
    if (via === "edge") await host.edgesSettled();
    if (this.#legs.has(legId)) throw fail("MEDIA_LEG_EXISTS", { legId });
    const transport = host.openTransport(legId, via, {
      onRtp: (packet, arrivalUs) => this.#sfu.receiveRtp(legId, packet, arrivalUs),
      onRtcp: (packet, arrivalUs) => this.#sfu.receiveRtcp(legId, packet, arrivalUs),
      onData: (label, data) => emit({ event: "data", legId, label, data }),
      onPathLost: () => emit({ event: "pathLost", legId }),
      onState: (state) => {
        if (state.state === "closed") this.#forget(legId);
        emit({ event: "leg", legId, state });
      },
    });
    this.#legs.set(legId, transport);
    this.#sfu.addLeg(legId, callId, transport);
    for (const address of permit) transport.permit(address);
    return transport.local;
  }

  #closeLeg(legId: string): undefined {
    const transport = this.#legs.get(legId);
    this.#forget(legId);
    transport?.close({ code: "owner-closed", detail: "the call leg ended" });
  }

  #forget(legId: string): void {
    this.#legs.delete(legId);
    this.#sfu.removeLeg(legId);
  }

  #muteSource(sourceId: string, muted: boolean): undefined {
    if (!this.#sfu.muteSource(sourceId, muted)) throw fail("MEDIA_UNKNOWN_SOURCE", { sourceId });
  }

  #addSubscription({ subscription, forwarding }: AddSubscription): undefined {
    return refuse(this.#sfu.addSubscription(subscription, this.#now(), forwarding), subscription);
  }

  #setSubscription(subscriptionId: string, maxLayer: number, paused: boolean): undefined {
    if (!this.#sfu.setSubscription(subscriptionId, maxLayer, paused))
      throw fail("MEDIA_UNKNOWN_SUBSCRIPTION", { subscriptionId });
  }

  /** Legs that have ended meanwhile are passed over. */
  #sendData({ legIds, label, data }: SendData): undefined {
    for (const legId of legIds) this.#legs.get(legId)?.sendData(label, data);
  }

  #stats(): MediaAnswer {
    const nowUs = this.#now();
    const legs = [...this.#legs].map(([legId, transport]) => {
      const { state, packetsIn, packetsOut } = transport;
      return { legId, state, packetsIn, packetsOut, ...this.#sfu.legMedia(legId, nowUs)! };
    });
    return { legs, edges: this.#parts.host.edges, cpuPercent: this.#cpu.percent(nowUs) };
  }

  #leg(legId: string): MediaTransport {
    const transport = this.#legs.get(legId);
    if (!transport) throw fail("MEDIA_UNKNOWN_LEG", { legId });
    return transport;
  }

  #now(): number {
    return this.#parts.clock.monotonicUs();
  }
}

function refuse(refusal: Refusal | undefined, ids: SourceOptions | SubscriptionOptions): undefined {
  if (refusal === "unknown-leg") throw fail("MEDIA_UNKNOWN_LEG", { legId: ids.legId });
  if (refusal === "unknown-source") throw fail("MEDIA_UNKNOWN_SOURCE", { sourceId: ids.sourceId });
  if (refusal === "other-call") throw fail("MEDIA_OTHER_CALL", { sourceId: ids.sourceId, legId: ids.legId });
}
