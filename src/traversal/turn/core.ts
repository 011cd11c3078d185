import { randomInt } from "node:crypto";
import { type Clock, type Log, SteadyClock, type TransportAddress, textOf } from "#base";
import { noTraffic, type PacketPlane } from "#packet-plane";
import {
  type Attribute,
  attribute,
  attributes,
  DecodeError,
  decodeChannelData,
  decodeMessage,
  encodeMessage,
  isChannelData,
  MessageClass,
  Method,
  methodName,
  type StunMessage,
} from "#stun";
import { type Allocation, Allocations, type Client, type Relay } from "./allocation.ts";
import { Authentication, Silence } from "./authentication.ts";
import type { Cluster } from "./cluster.ts";
import type { Proof, Signature } from "./credentials.ts";
import { endAllocation, endRelay, recheck, sweepAllocations } from "./endings.ts";
import { REASONS, TurnError } from "./errors.ts";
import { type Family, IPV4, IPV6 } from "./family.ts";
import { binding } from "./methods/binding.ts";
import { HANDLERS, wordOf } from "./methods/handlers.ts";
import { send } from "./methods/send.ts";
import { Mobility } from "./mobility.ts";
import type { TurnRole, TurnServerOptions } from "./options.ts";
import { OwnFacts } from "./own-facts.ts";
import { judgePeer, type Verdict } from "./peer-policy.ts";
import { RefusalBudget } from "./refusal-budget.ts";
import { RelayPorts } from "./relay-ports.ts";
import { type Request, relayFor, type ServerState } from "./state.ts";
import { Tally } from "./tally.ts";
import type { TcpRelays } from "./tcp-relay/index.ts";
import { UdpFirst } from "./udp-first.ts";

/** What the core works with and does not make itself. */
export interface Surroundings {
  readonly plane: PacketPlane;
  readonly tcpRelays: TcpRelays;
  readonly cluster: Cluster;
  readonly log: Log;
  /** The machine's. */
  readonly clock: Clock;
  pause(ms: number): Promise<void>;
}

/** The protocol, without sockets of its own: messages of clients in, answers and rules for the packet plane out. */
export class TurnCore implements ServerState {
  options: TurnServerOptions;
  draining = false;
  readonly plane: PacketPlane;
  readonly tcpRelays: TcpRelays;
  /** No relay ends because somebody sets the machine's clock. */
  readonly clock: SteadyClock;
  readonly log: Log;
  readonly allocations = new Allocations();
  readonly ports: Readonly<Record<Family, RelayPorts>>;
  readonly mobility = new Mobility();
  readonly requests = new Tally();
  readonly responses = new Tally();
  readonly silent = new Tally();
  readonly refusedPeers = new Tally();
  /** Of allocations that have ended. */
  readonly past = noTraffic();
  /** Since the last sweep. */
  unloggedEnds = 0;
  /** Sees what clients are answered. */
  onReply: ((client: Client, message: Buffer) => void) | undefined;
  /** Told of the address of who guesses names or passwords. */
  set onGuess(told: ((address: string) => void) | undefined) {
    this.#authentication.onGuess = told;
  }
  readonly facts: OwnFacts;
  readonly #cluster: Cluster;
  readonly #udpFirst: UdpFirst;
  readonly #authentication: Authentication;
  readonly #budget = new RefusalBudget();
  /** Whoever holds credentials must not fill our disk either. */
  readonly #logBudget = new RefusalBudget();

  constructor(options: TurnServerOptions, { plane, tcpRelays, cluster, log, clock, pause }: Surroundings) {
    this.options = options;
    this.#udpFirst = new UdpFirst(pause);
    this.plane = plane;
    this.tcpRelays = tcpRelays;
    this.log = log;
    this.clock = new SteadyClock(clock);
    this.#cluster = cluster;
    const { first, last } = options.relay.ports;
    this.ports = { [IPV4]: new RelayPorts(first, last, randomInt), [IPV6]: new RelayPorts(first, last, randomInt) };
    this.#authentication = new Authentication(options, clock);
    this.facts = new OwnFacts(options, (where) => this.allocations.relayHolder(where)?.user.role);
  }

  /** What exists lives on, but for what the new rules forbid. */
  configure(options: TurnServerOptions): void {
    this.options = options;
    this.#authentication.configure(options);
    this.facts.configure(options);
    recheck(this);
  }

  judge(role: TurnRole, peer: TransportAddress): Verdict {
    return judgePeer(this.facts, role, peer);
  }

  alternative(client: Client): TransportAddress | undefined {
    return this.#cluster.leastLoaded(client);
  }

  letUdpGoFirst({ client, user }: Allocation): Promise<void> {
    return this.#udpFirst.wait(client, user, this.clock.now(), () => this.allocations.heldOverUdp(user));
  }

  /** May the plane answer an Allocate that is not signed by itself, where it can? */
  letPlaneAnswer(on: boolean): void {
    this.plane.setChallenge(on ? this.#authentication.challengeOfPlane(this.clock.now()) : undefined);
  }

  /** It did, or passed it over, as `#answer` would have. */
  challenged(address: TransportAddress, answered: boolean): void {
    this.requests.add(wordOf({ method: Method.allocate }));
    this.#udpFirst.heard({ transport: "udp", address }, this.clock.now());
    if (answered) this.responses.add("401");
    else this.silent.add("401 budget");
  }

  /** A datagram or frame that the plane has no rule for. */
  receive(client: Client, bytes: Buffer): void {
    if (isChannelData(bytes)) this.#receiveChannelData(client, bytes);
    else this.#receiveMessage(client, decodeMessage(bytes));
  }

  holdsSomething(client: Client): boolean {
    return this.allocations.of(client) !== undefined;
  }

  /** Ends what has had its time. To be called once a second. */
  sweep(): void {
    sweepAllocations(this, this.clock.now());
    this.tcpRelays.sweep(this.clock.now());
  }

  clientGone(client: Client): void {
    const allocation = this.allocations.of(client);
    if (allocation && !this.mobility.survives(this, allocation, client)) this.end(allocation, "connection closed");
  }

  end(allocation: Allocation, why: string): void {
    endAllocation(this, allocation, why);
  }

  endRelay(allocation: Allocation, relay: Relay): void {
    endRelay(this, allocation, relay);
  }

  mayLog({ address: { address } }: Client): boolean {
    return this.#logBudget.spend(address, this.clock.now());
  }

  #receiveChannelData(client: Client, bytes: Buffer): void {
    const allocation = this.allocations.of(client);
    const packet = decodeChannelData(bytes);
    if (allocation?.state !== "open" || packet instanceof DecodeError) {
      this.silent.add("junk");
      return;
    }
    this.mobility.arrived(this, allocation, client);
    const channel = allocation.channels.get(packet.channel);
    const relay = channel && relayFor(allocation, channel.peer);
    if (relay) this.plane.sendOnChannel(relay.id, packet.channel, packet.data);
  }

  /** What is no message, or an answer to nothing we asked, is met with silence. */
  #receiveMessage(client: Client, message: StunMessage | DecodeError): void {
    if (message instanceof DecodeError) this.silent.add("junk");
    else if (message.class === MessageClass.request) void this.#answer(client, message);
    else if (message.class !== MessageClass.indication || message.method !== Method.send) this.silent.add("junk");
    else if (message.unknown.length === 0 && message.malformed === undefined) send(this, client, message);
  }

  /** The one place that replies. */
  async #answer(client: Client, message: StunMessage): Promise<void> {
    const now = this.clock.now();
    this.requests.add(wordOf(message));
    this.#udpFirst.heard(client, now);
    let proof: Proof | undefined;
    try {
      if (this.#isOpenBinding(message)) return this.#answerOpenBinding(client, message, now);
      proof = this.#authentication.authenticate(client, message, now, this.allocations.of(client)?.user);
      const request: Request = { message, client, proof, now, afterAnswer: undefined };
      const list = await this.#handle(request);
      if (list) this.#succeed(client, message, list, proof);
      request.afterAnswer?.();
    } catch (error) {
      if (error instanceof TurnError) this.#refuse(client, message, error, proof, now);
      else if (error instanceof Silence) this.silent.add(error.message);
      else this.log.error("TURN request failed", { why: textOf(error), client: client.address });
    }
  }

  #handle(request: Request) {
    const { message, client } = request;
    this.allocations.of(client)?.requests.add(wordOf(message));
    if (message.unknown.length > 0)
      throw new TurnError(420, `attributes ${message.unknown}`, [
        attribute(attributes.unknownAttributes, message.unknown),
      ]);
    if (message.malformed) throw new TurnError(400, message.malformed);
    const handler = HANDLERS.get(message.method);
    if (!handler) throw new TurnError(400, `method ${message.method}`);
    return handler(this, request);
  }

  #isOpenBinding({ method, integrityAt, integritySha256At }: StunMessage): boolean {
    const unsigned = integrityAt === 0 && integritySha256At === 0;
    return method === Method.binding && unsigned && this.options.unauthenticatedBinding;
  }

  #answerOpenBinding(client: Client, message: StunMessage, now: number): void {
    if (this.#mayAnswer(client, now)) this.#succeed(client, message, binding(client));
    else this.silent.add("401 budget");
  }

  #succeed(client: Client, message: StunMessage, list: readonly Attribute[], signature?: Signature): void {
    this.#reply(client, message, MessageClass.success, list, signature);
    this.#count(client, "success");
  }

  /** Unsigned, without words, and within the budget, for whoever has not shown who they are. */
  #refuse(client: Client, message: StunMessage, error: TurnError, proof: Proof | undefined, now: number): void {
    const { code } = error;
    if (!proof && !this.#mayAnswer(client, now)) {
      this.silent.add("401 budget");
      return;
    }
    const reason = proof || code === 431 ? REASONS[code] : "";
    const challenges = code === 401 || code === 438 || code === 431 || code === 300;
    const list: Attribute[] = [
      attribute(attributes.errorCode, { code, reason }),
      ...error.attributes,
      ...(challenges ? this.#authentication.challenge(client, now) : []),
    ];
    // RFC 8489 9.2.4: whose credentials are in doubt gets an answer that needs none.
    this.#reply(client, message, MessageClass.error, list, code === 401 ? undefined : proof);
    this.#count(client, String(code));
    // A 401 or 438 opens every session; a 403 has been logged with its rule.
    if (proof && code !== 403) this.#logRefusal(client, message, error, proof);
  }

  /** Nobody can write another's address on a stream, and a client of a stream does not ask again (RFC 8489 6.2.2). */
  #mayAnswer(client: Client, now: number): boolean {
    return client.transport !== "udp" || this.#budget.spend(client.address.address, now);
  }

  #logRefusal(client: Client, message: StunMessage, error: TurnError, { user }: Proof): void {
    if (!this.mayLog(client)) return;
    const request = methodName(message.method);
    const fields = { request, code: error.code, why: error.message, user: user.id, client: client.address };
    if (error.code === 400) this.log.debug("TURN request malformed", fields);
    else this.log.info("TURN request refused", fields);
  }

  #reply(
    client: Client,
    { method, transactionId }: StunMessage,
    kind: number,
    list: readonly Attribute[],
    signature: Signature | undefined,
  ): void {
    const message = { method, class: kind, transactionId, attributes: list };
    const bytes = encodeMessage(message, signature);
    this.onReply?.(client, bytes);
    this.plane.reply(client.path, bytes);
  }

  #count(client: Client, response: string): void {
    this.responses.add(response);
    this.allocations.of(client)?.responses.add(response);
  }
}
