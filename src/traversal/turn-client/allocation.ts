import {
  type Clock,
  type Log,
  type Scope,
  SteadyClock,
  systemClock,
  type TransportAddress,
  TurnpikeError,
  textOf,
} from "#base";
import {
  attribute,
  attributes,
  DecodeError,
  decodeChannelData,
  decodeMessage,
  encodeMessage,
  isChannelData,
  MessageClass,
  Method,
  type StunMessage,
  writeChannelHeader,
} from "#stun";
import { Channels } from "./channels.ts";
import { type Connection, openConnection } from "./connection.ts";
import { HEADROOM, type TurnAllocation, type TurnClientOptions } from "./contract.ts";
import { fail } from "./errors.ts";
import { Permissions } from "./permissions.ts";
import { Session } from "./session.ts";
import { BRISK, HASTY, PATIENT, Transactions } from "./transactions.ts";

/** RFC 8656 18.8: the protocol number of UDP. */
const UDP = 17;
/** Asked for, seconds; the default of RFC 8656 7.2. */
const LIFETIME = 600;
/** Looks for what is due, ms. */
const TICK = 1000;
/** The server is asked for a sign of life after such a silence, ms: with BRISK, a dead edge is noticed within 7 s. */
const QUIET = 2000;
/** However much comes in, the allocation is proved to be ours this often, ms. */
const PROOF_EVERY = 15_000;

/** One allocation. Everything in it belongs to `scope`, whose end is its end. */
export class Allocation implements TurnAllocation {
  dropped = 0;
  relayed: TransportAddress = { address: "0.0.0.0", port: 0 };
  mapped: TransportAddress = { address: "0.0.0.0", port: 0 };
  readonly #scope: Scope;
  readonly #options: TurnClientOptions;
  readonly #log: Log | undefined;
  readonly #clock: Clock;
  #connection!: Connection;
  #transactions!: Transactions;
  #session!: Session;
  #permissions!: Permissions;
  #channels!: Channels;
  /** The allocation exists on the server as far as we know. */
  #held = false;
  #proving = false;
  #heardAt = 0;
  #provedAt = 0;
  #lifetime = LIFETIME;

  constructor(scope: Scope, options: TurnClientOptions, log: Log | undefined, clock: Clock = systemClock) {
    this.#scope = scope;
    this.#options = options;
    this.#log = log;
    this.#clock = new SteadyClock(clock);
  }

  get rttMs(): number {
    return this.#transactions.rttMs;
  }

  async open(): Promise<void> {
    this.#connection = await openConnection(this.#scope, this.#options, {
      onMessage: (bytes) => this.#receive(bytes),
      onBroken: (why) => this.#broken(why),
    });
    this.#transactions = new Transactions(this.#scope, this.#clock, this.#connection);
    this.#session = new Session(this.#options, this.#transactions);
    this.#permissions = new Permissions(this.#session);
    this.#channels = new Channels(this.#session);
    this.#adopt(await this.#session.request(Method.allocate, this.#wishes(), PATIENT));
    this.#scope.defer(() => this.#farewell());
    this.#scope.every(TICK, () => this.#tick());
  }

  permit(address: string): Promise<void> {
    return this.#permissions.permit(address, this.#clock.now());
  }

  releasePermission(address: string): void {
    this.#permissions.release(address);
  }

  bindChannel(peer: TransportAddress): void {
    this.#channels.bind(peer, this.#clock.now(), (at, error) => this.#note("channel refused", at.address, error));
  }

  releaseChannel(peer: TransportAddress): void {
    this.#channels.release(peer, this.#clock.now());
  }

  send(buffer: Buffer, peer: TransportAddress): void {
    const number = this.#channels.numberOf(peer);
    if (number !== undefined) writeChannelHeader(buffer, number, buffer.length - HEADROOM);
    const bytes = number === undefined ? sendIndication(buffer.subarray(HEADROOM), peer) : buffer;
    if (!this.#connection.send(bytes)) this.dropped++;
  }

  async close(): Promise<void> {
    if (this.#held && !this.#scope.closed) {
      this.#held = false;
      await this.#session.request(Method.refresh, [attribute(attributes.lifetime, 0)], HASTY).catch(() => {});
    }
    await this.#scope.close({ code: "TURN_CLIENT_CLOSED" });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #wishes() {
    const { family } = this.#options;
    const number = family === "ipv6" ? 2 : 1;
    const asked = family ? [attribute(attributes.requestedAddressFamily, number)] : [];
    return [attribute(attributes.requestedTransport, UDP), ...asked];
  }

  #adopt(answer: StunMessage): void {
    const relayed = answer.get(attributes.xorRelayedAddress);
    const mapped = answer.get(attributes.xorMappedAddress);
    if (!relayed || !mapped) throw this.#refusal("the answer to Allocate lacks an address");
    this.relayed = relayed;
    this.mapped = mapped;
    this.#held = true;
    this.#proved(answer);
  }

  #proved(answer: StunMessage): void {
    this.#provedAt = this.#clock.now();
    this.#lifetime = answer.get(attributes.lifetime) ?? LIFETIME;
  }

  #receive(bytes: Buffer): void {
    this.#heardAt = this.#clock.now();
    if (isChannelData(bytes)) this.#receiveChannelData(bytes);
    else this.#receiveStun(decodeMessage(isAnswer(bytes) ? Buffer.from(bytes) : bytes));
  }

  #receiveStun(message: StunMessage | DecodeError): void {
    if (message instanceof DecodeError || message.malformed) return;
    if (message.class === MessageClass.success || message.class === MessageClass.error)
      this.#transactions?.settle(message);
    if (message.class !== MessageClass.indication || message.method !== Method.data) return;
    const [from, data] = [message.get(attributes.xorPeerAddress), message.get(attributes.data)];
    if (from && data) this.#options.onPacket(data as Buffer, from);
  }

  #receiveChannelData(bytes: Buffer): void {
    const packet = decodeChannelData(bytes);
    if (packet instanceof DecodeError) return;
    const from = this.#channels?.peerOf(packet.channel);
    if (from) this.#options.onPacket(packet.data, from);
  }

  #tick(): void {
    const now = this.#clock.now();
    const due = Math.min(PROOF_EVERY, this.#lifetime * 400);
    if (now - this.#heardAt >= QUIET || now - this.#provedAt >= due) void this.#prove();
    this.#permissions.refresh(now, (address, error) => this.#note("permission refused", address, error));
    this.#channels.refresh(now, (peer, error) => this.#note("channel refused", peer.address, error));
  }

  /** A Refresh shows that the server lives and that the allocation is ours, and it prolongs it. */
  async #prove(): Promise<void> {
    if (this.#proving) return;
    this.#proving = true;
    const startedAt = this.#clock.now();
    try {
      this.#proved(await this.#session.request(Method.refresh, [attribute(attributes.lifetime, LIFETIME)], BRISK));
    } catch (error) {
      // A server whose packets still come in is congested, not dead: ask again.
      const late = error instanceof TurnpikeError && error.code === "TURN_CLIENT_TIMEOUT";
      if (!late || this.#heardAt < startedAt) this.#lose(error);
    } finally {
      this.#proving = false;
    }
  }

  #broken(why: string): void {
    const { server, transport } = this.#options;
    const error = fail("TURN_CLIENT_UNREACHABLE", { server: `${server.address}:${server.port}`, transport, why });
    if (this.#held) this.#lose(error);
    else this.#transactions?.failAll(error);
  }

  /** The one way to end without `close`. */
  #lose(error: unknown): void {
    if (!this.#held || this.#scope.closed) return;
    this.#held = false;
    const code = error instanceof TurnpikeError ? error.code : "TURN_CLIENT_REFUSED";
    const reason = { code, detail: textOf(error) };
    this.#log?.warn("TURN allocation lost", { relayed: this.relayed, ...reason });
    void this.#scope.close(reason);
    this.#options.onLost(reason);
  }

  /** Ends it on the server as well when the owner closes us without `close`. The answer finds nobody. */
  #farewell(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#connection.send(this.#session.encode(Method.refresh, [attribute(attributes.lifetime, 0)]));
  }

  #note(event: string, address: string, error: unknown): void {
    if (!this.#scope.closed) this.#log?.warn(event, { address, why: textOf(error) });
  }

  #refusal(reason: string) {
    const { address, port } = this.#options.server;
    return fail("TURN_CLIENT_REFUSED", { server: `${address}:${port}`, method: "allocate", code: 200, reason });
  }
}

/** RFC 8489 5: the upper bit of the class. Whoever waits for an answer reads it when its bytes are no longer ours. */
function isAnswer(bytes: Buffer): boolean {
  return (bytes[0]! & 1) === 1;
}

function sendIndication(data: Buffer, peer: TransportAddress): Buffer {
  return encodeMessage({
    method: Method.send,
    class: MessageClass.indication,
    attributes: [attribute(attributes.xorPeerAddress, peer), attribute(attributes.data, data)],
  });
}
