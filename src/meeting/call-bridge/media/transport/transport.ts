import { type Clock, type Log, type Scope, type TransportAddress, TurnpikeError, textOf } from "#base";
import type { DtlsContext } from "#native";
import type { DataLabel, Fingerprint, LegState, LocalTransport } from "../control.ts";
import { candidatesFor, MAX_PERMITTED, permissible } from "./candidates.ts";
import type { MediaTransport, TransportEvents } from "./contract.ts";
import { DataChannels } from "./data-channels.ts";
import { reasonFor } from "./errors.ts";
import { type Check, type IceCredentials, isAuthentic, newCredentials, withHeadroom } from "./ice.ts";
import { overdue, type Phase } from "./lifetime.ts";
import type { Link } from "./link.ts";
import { PathChoice } from "./path.ts";
import { type Reason, SecureSession } from "./secure-session.ts";
import type { Tuple } from "./tuples.ts";

/** What a transport needs of its host. */
export interface TransportShell {
  readonly scope: Scope;
  readonly context: DtlsContext;
  readonly clock: Clock;
  readonly log: Log;
  readonly links: readonly Link[];
  /** Under which user names checks find the transport, and until when. */
  listen(credentials: IceCredentials, transport: Transport): void;
  unlisten(credentials: IceCredentials): void;
  claim(
    link: Link,
    from: TransportAddress,
    transport: Transport,
    keep?: Tuple<Transport>,
  ): Tuple<Transport> | undefined;
  forget(transport: Transport): void;
}

interface Remote {
  readonly fingerprint: Fingerprint;
  readonly sctpPort?: number;
}

export class Transport implements MediaTransport {
  packetsIn = 0;
  packetsOut = 0;
  readonly #shell: TransportShell;
  readonly #via: "edge" | "inside";
  readonly #events: TransportEvents;
  readonly #log: Log;
  readonly #permitted = new Set<string>();
  #state: LegState = { state: "new" };
  /** The newest, and before its path is nominated also the one before it. */
  #generations: IceCredentials[] = [];
  readonly #choice = new PathChoice<Tuple<Transport>>((left, taken) => this.#moved(left, taken));
  #remote: Remote | undefined;
  #remoteSetAtUs: number | undefined;
  #handshakeSinceUs = 0;
  #heardAtUs = 0;
  #lost = false;
  #session: SecureSession | undefined;
  #channels: DataChannels | undefined;

  constructor(shell: TransportShell, legId: string, via: "edge" | "inside", events: TransportEvents) {
    this.#shell = shell;
    this.#via = via;
    this.#events = events;
    this.#log = shell.log.with({ leg: legId });
    this.#addGeneration();
  }

  get state(): LegState {
    return this.#state;
  }

  get local(): LocalTransport {
    const { ufrag, pwd } = this.#generations[0]!;
    return {
      iceUfrag: ufrag,
      icePwd: pwd,
      fingerprint: { algorithm: "sha-256", value: this.#shell.context.fingerprint },
      candidates: candidatesFor(this.#via, this.#shell.links),
    };
  }

  setRemote(remote: Remote): void {
    if (this.#closed || this.#remote) return;
    this.#remote = remote;
    this.#remoteSetAtUs = this.#shell.clock.monotonicUs();
    this.#start();
  }

  restartIce(): LocalTransport {
    if (this.#closed) return this.local;
    this.#addGeneration();
    // Who restarts ICE is there: it may look for a path as long as anybody, however long ago the one before was lost.
    this.#heardAtUs = this.#shell.clock.monotonicUs();
    return this.local;
  }

  permit(address: string): void {
    const canonical = permissible(address);
    if (!canonical || this.#closed || this.#permitted.has(canonical) || this.#permitted.size >= MAX_PERMITTED) return;
    this.#permitted.add(canonical);
    for (const link of this.#shell.links) link.permit(canonical);
  }

  /** A link that came later lets through what this leg may use. */
  linkAdded(link: Link): void {
    for (const address of this.#permitted) link.permit(address);
  }

  sendRtp(packet: Buffer): void {
    const sealed = this.#session?.protectRtp(packet);
    if (sealed) this.#send(sealed);
  }

  sendRtcp(packet: Buffer): void {
    const sealed = this.#session?.protectRtcp(packet);
    if (sealed) this.#send(sealed);
  }

  sendData(label: DataLabel, data: Uint8Array): void {
    this.#channels?.send(label, data);
  }

  close(reason: Reason): void {
    if (this.#closed) return;
    this.#channels?.close();
    this.#session?.close();
    for (const address of this.#permitted) for (const link of this.#shell.links) link.unpermit(address);
    for (const generation of this.#generations) this.#shell.unlisten(generation);
    if (this.#path) this.#path.link.release(this.#path.peer);
    this.#shell.forget(this);
    this.#enter({ state: "closed", ...reason });
  }

  /** A check that names this transport: undefined if it is not authentic, else the credentials to answer with. */
  check(check: Check, link: Link, from: TransportAddress): IceCredentials | undefined {
    const generation = this.#generations.find(({ ufrag }) => ufrag === check.ufrag);
    if (this.#closed || !generation || !isAuthentic(check, generation)) return undefined;
    const tuple = this.#shell.claim(link, from, this, this.#path);
    if (!tuple) return undefined;
    const nowUs = this.#shell.clock.monotonicUs();
    this.#heard(nowUs);
    if (check.nominated) this.#endOlderThan(generation);
    this.#choice.checked(tuple, check.nominated ? generation : undefined, nowUs);
    if (check.nominated && tuple === this.#path) tuple.link.bind(tuple.peer);
    this.#start();
    return generation;
  }

  /** True if it held authentic application data. */
  receiveDtls(datagram: Buffer, from: Tuple<Transport>, arrivalUs: number): boolean {
    if (this.#session?.connected === false) this.#choice.shookHands(from, arrivalUs);
    const authentic = this.#session?.receiveDtls(datagram) ?? false;
    // A good-bye may have come along: then nothing may be bound any more.
    if (authentic && !this.#closed) this.#heardFrom(from, arrivalUs);
    return authentic;
  }

  /** True if the packet was authentic and new; the same for RTCP. */
  receiveRtp(packet: Buffer, from: Tuple<Transport>, arrivalUs: number): boolean {
    const plain = this.#session?.unprotectRtp(packet);
    if (!plain) return false;
    this.#heardFrom(from, arrivalUs);
    this.packetsIn++;
    this.#events.onRtp(plain, arrivalUs);
    return true;
  }

  receiveRtcp(packet: Buffer, from: Tuple<Transport>, arrivalUs: number): boolean {
    const plain = this.#session?.unprotectRtcp(packet);
    if (!plain) return false;
    this.#heardFrom(from, arrivalUs);
    this.packetsIn++;
    this.#events.onRtcp(plain, arrivalUs);
    return true;
  }

  /** Ends what has taken too long, once a second or so. */
  watch(): void {
    const verdict = overdue(this.#phase, this.#shell.clock.monotonicUs());
    if (verdict.is === "closed") {
      const candidates = this.local.candidates.length;
      this.close(reasonFor(verdict.code, { seconds: verdict.seconds, candidates }));
    } else if (verdict.is === "pathLost" && !this.#lost) this.#losePath();
  }

  /** The link has a new address, or goes: whoever used it must be told again, also if the loss had been told before. */
  linkLeft(link: Link): void {
    if (this.#path?.link === link && this.#state.state === "connected") this.#losePath();
  }

  get #path(): Tuple<Transport> | undefined {
    return this.#choice.path;
  }

  get #closed(): boolean {
    return this.#state.state === "closed";
  }

  get #phase(): Phase {
    if (this.#closed) return { phase: "closed" };
    if (!this.#session) return { phase: "waiting", remoteSetAtUs: this.#remoteSetAtUs };
    return this.#session.connected
      ? { phase: "connected", heardAtUs: this.#heardAtUs }
      : { phase: "handshake", sinceUs: this.#handshakeSinceUs };
  }

  #addGeneration(): void {
    const fresh = newCredentials();
    for (const dropped of this.#generations.slice(1)) this.#shell.unlisten(dropped);
    this.#generations = [fresh, ...this.#generations.slice(0, 1)];
    this.#shell.listen(fresh, this);
  }

  /** The first nomination of a new generation ends the old one. */
  #endOlderThan(generation: IceCredentials): void {
    if (generation !== this.#generations[0]) return;
    for (const old of this.#generations.slice(1)) this.#shell.unlisten(old);
    this.#generations = [generation];
  }

  #heardFrom(tuple: Tuple<Transport>, atUs: number): void {
    this.#heard(atUs);
    this.#choice.heard(tuple, atUs);
  }

  #moved(left: Tuple<Transport> | undefined, taken: Tuple<Transport>): void {
    left?.link.release(left.peer);
    this.#log.debug("media path", { link: taken.link.kind, peer: taken.peer });
    if (this.#session) taken.link.bind(taken.peer);
    if (this.#state.state === "connected") this.#enter(this.#connectedState(taken));
  }

  /** DTLS begins when a path is known to lead to the client and its fingerprint is known. */
  #start(): void {
    if (this.#session || !this.#remote || !this.#path || this.#closed) return;
    this.#handshakeSinceUs = this.#shell.clock.monotonicUs();
    try {
      this.#session = new SecureSession(this.#shell.scope, this.#shell.context, this.#remote.fingerprint, {
        onDatagram: (datagram) => this.#send(withHeadroom(datagram)),
        onConnected: () => this.#connected(),
        onApplicationData: (data) => this.#channels?.receive(data),
        onEnd: (reason) => this.close(reason),
      });
    } catch (thrown) {
      this.close(refusal(thrown, this.#remote.fingerprint));
      return;
    }
    this.#enter({ state: "connecting" });
  }

  #connected(): void {
    this.#heard();
    const { sctpPort } = this.#remote ?? {};
    if (sctpPort !== undefined)
      this.#channels = new DataChannels(sctpPort, {
        onPacket: (packet) => this.#session?.sendApplicationData(packet),
        onData: (label, data) => this.#events.onData(label, data),
        onBroken: (why) => this.#log.warn("data channels of a client ended", { why }),
      });
    if (this.#path) this.#enter(this.#connectedState(this.#path));
  }

  #connectedState({ link, peer }: Tuple<Transport>): LegState {
    const { kind, edge, edgeId } = link;
    const over = edge === undefined || edgeId === undefined ? {} : { edge, edgeId };
    return { state: "connected", path: { link: kind, peer, ...over } };
  }

  #send(buffer: Buffer): void {
    if (!this.#path) return;
    this.packetsOut++;
    this.#path.link.send(buffer, this.#path.peer);
  }

  #heard(atUs = this.#shell.clock.monotonicUs()): void {
    this.#heardAtUs = atUs;
    this.#lost = false;
  }

  #losePath(): void {
    this.#lost = true;
    this.#events.onPathLost();
  }

  #enter(state: LegState): void {
    this.#state = state;
    this.#events.onState(state);
  }
}

function refusal(thrown: unknown, { algorithm }: Fingerprint): Reason {
  const unsupported = thrown instanceof TurnpikeError && thrown.code === "NATIVE_DTLS_FINGERPRINT_UNSUPPORTED";
  if (unsupported) return reasonFor("MEDIA_DTLS_FINGERPRINT_UNSUPPORTED", { algorithm });
  return reasonFor("MEDIA_DTLS_FAILED", { code: "DTLS_OPENSSL", detail: textOf(thrown) });
}
