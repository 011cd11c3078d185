import { randomInt } from "node:crypto";
import { networkInterfaces } from "node:os";
import { addressKey, type Clock, canonicalAddress, type Log, parsePrefix, type TransportAddress, textOf } from "#base";
import type { PacketPlane } from "#packet-plane";
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
  type StunMessage,
} from "#stun";
import { type Allocation, Allocations, type Client, relayKeys } from "./allocation.ts";
import { Credentials, type Proof } from "./credentials.ts";
import { REASONS, TurnError } from "./errors.ts";
import { allocate } from "./methods/allocate.ts";
import { binding } from "./methods/binding.ts";
import { channelBind } from "./methods/channel-bind.ts";
import { createPermission } from "./methods/create-permission.ts";
import { refresh } from "./methods/refresh.ts";
import { send } from "./methods/send.ts";
import { Nonces } from "./nonce.ts";
import type { TurnRole, TurnServerOptions } from "./options.ts";
import { judgePeer, type PolicyFacts, type Verdict } from "./peer-policy.ts";
import { RefusalBudget } from "./refusal-budget.ts";
import { RelayPorts } from "./relay-ports.ts";
import type { Method as Handler, ServerState } from "./state.ts";

const HANDLERS = new Map<number, Handler>([
  [Method.binding, (_server, request) => binding(request)],
  [Method.allocate, allocate],
  [Method.refresh, refresh],
  [Method.createPermission, createPermission],
  [Method.channelBind, channelBind],
]);

/** The protocol, without sockets of its own: messages of clients in, answers and rules for the packet plane out. */
export class TurnCore implements ServerState {
  readonly options: TurnServerOptions;
  readonly plane: PacketPlane;
  readonly clock: Clock;
  readonly log: Log;
  readonly allocations = new Allocations();
  readonly ports: RelayPorts;
  readonly #credentials: Credentials;
  readonly #nonces = new Nonces();
  readonly #budget = new RefusalBudget();
  /** Whoever holds credentials must not fill our disk either. */
  readonly #logBudget = new RefusalBudget();
  readonly #facts: PolicyFacts & { readonly listenerPorts: Set<number>; ownAddresses: ReadonlySet<string> };

  constructor(options: TurnServerOptions, plane: PacketPlane, log: Log, clock: Clock) {
    this.options = options;
    this.plane = plane;
    this.log = log;
    this.clock = clock;
    const { ports, address, advertised } = options.relay;
    this.ports = new RelayPorts(ports.first, ports.last, randomInt);
    this.#credentials = new Credentials(options);
    const relayAddresses = new Set([address, advertised]);
    const prefixes = (role: TurnRole) => options.allowPeers[role].map((text) => parsePrefix(text)!);
    this.#facts = {
      listenerPorts: new Set(),
      relayAddresses,
      ownAddresses: relayAddresses,
      relayHolder: (where) => this.allocations.relayHolder(where),
      allowPeers: { guest: prefixes("guest"), bridge: prefixes("bridge") },
    };
    this.learnOwnAddresses();
  }

  /** No peer may be one of these ports of this machine. */
  denyListener(port: number): void {
    this.#facts.listenerPorts.add(port);
  }

  /** Interfaces come and go. */
  learnOwnAddresses(): void {
    const interfaces = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    const here = interfaces.flatMap(({ address }) => canonicalAddress(address.split("%")[0]!) ?? []);
    this.#facts.ownAddresses = new Set([...here, ...this.#facts.relayAddresses]);
  }

  judge(role: TurnRole, peer: TransportAddress): Verdict {
    return judgePeer(this.#facts, role, peer);
  }

  /** A datagram or frame that the plane has no rule for. */
  receive(client: Client, bytes: Buffer): void {
    if (isChannelData(bytes)) this.#receiveChannelData(client, bytes);
    else this.#receiveMessage(client, decodeMessage(bytes));
  }

  /** Ends what has had its time. To be called once a second. */
  sweep(): void {
    const now = this.clock.now();
    for (const allocation of this.allocations) {
      if (allocation.state === "open" && allocation.expiresAt <= now) this.end(allocation, "expired");
      else this.#sweepRules(allocation, now);
    }
  }

  clientGone(client: Client): void {
    const allocation = this.allocations.of(client);
    if (allocation) this.end(allocation, "connection closed");
  }

  end(allocation: Allocation, why: string): void {
    const { state, id, user, client, relayed, createdAt, permissions, channels } = allocation;
    this.allocations.remove(allocation);
    if (state !== "open") return;
    const now = this.clock.now();
    const lasted = { seconds: Math.round((now - createdAt) / 1000), ...this.plane.counters(id) };
    this.plane.closeRelay(id);
    this.ports.giveBack(allocation.bound.port, now);
    this.#unbindEverywhere(allocation);
    const { role, id: name } = user;
    const where = { client: client.address, transport: client.transport, relayed };
    const rules = { permissions: permissions.size, channels: channels.size };
    this.log.info("TURN allocation ended", { why, role, user: name, ...where, ...rules, ...lasted });
  }

  #receiveChannelData(client: Client, bytes: Buffer): void {
    const allocation = this.allocations.of(client);
    const packet = decodeChannelData(bytes);
    if (allocation && !(packet instanceof DecodeError))
      this.plane.sendOnChannel(allocation.id, packet.channel, packet.data);
  }

  /** What is no message, or an answer to nothing we asked, is met with silence. */
  #receiveMessage(client: Client, message: StunMessage | DecodeError): void {
    if (message instanceof DecodeError) return;
    if (message.class === MessageClass.request) void this.#answer(client, message);
    else if (message.class === MessageClass.indication && message.method === Method.send)
      if (notUnderstood(message).length === 0) send(this, client, message);
  }

  /** The one place that replies. */
  async #answer(client: Client, message: StunMessage): Promise<void> {
    const now = this.clock.now();
    let proof: Proof | undefined;
    try {
      if (this.#isOpenBinding(message)) {
        if (this.#budget.spend(client.address.address, now)) this.#succeed(client, message, binding({ client }));
        return;
      }
      proof = this.#authenticate(client, message, now);
      const unknown = notUnderstood(message);
      if (unknown.length > 0) throw new TurnError(420, "", unknown);
      const handler = HANDLERS.get(message.method);
      if (!handler) throw new TurnError(400, `method ${message.method}`);
      const list = await handler(this, { message, client, proof, now });
      if (list) this.#succeed(client, message, list, proof.key);
    } catch (error) {
      if (error instanceof TurnError) this.#refuse(client, message, error, proof, now);
      else this.log.error("TURN request failed", { why: textOf(error), client: client.address });
    }
  }

  #isOpenBinding(message: StunMessage): boolean {
    return message.method === Method.binding && message.integrityAt === 0 && this.options.unauthenticatedBinding;
  }

  /** RFC 8489 9.2.4. */
  #authenticate(client: Client, message: StunMessage, now: number): Proof {
    if (message.integrityAt === 0) throw new TurnError(401);
    const username = message.get(attributes.username);
    const nonce = message.get(attributes.nonce);
    if (username === undefined || nonce === undefined || message.get(attributes.realm) === undefined)
      throw new TurnError(400, "MESSAGE-INTEGRITY without USERNAME, REALM or NONCE");
    if (!this.#nonces.isFresh(nonce, client.key, now)) throw new TurnError(438);
    const proof = this.#credentials.verify(message, username, now);
    if (!proof) throw new TurnError(401, "unknown user or wrong password");
    return proof;
  }

  #succeed(client: Client, message: StunMessage, list: readonly Attribute[], key?: Buffer): void {
    const { method, transactionId } = message;
    const bytes = encodeMessage({ method, class: MessageClass.success, transactionId, attributes: list }, { key });
    this.plane.reply(client.path, bytes);
  }

  /** Unsigned, and within the budget, for whoever has not shown who they are. */
  #refuse(client: Client, message: StunMessage, error: TurnError, proof: Proof | undefined, now: number): void {
    if (!proof && !this.#budget.spend(client.address.address, now)) return;
    const { code } = error;
    const list: Attribute[] = [attribute(attributes.errorCode, { code, reason: REASONS[code] })];
    if (code === 401 || code === 438)
      list.push(
        attribute(attributes.realm, this.options.realm),
        attribute(attributes.nonce, this.#nonces.issue(client.key, now)),
      );
    if (code === 420) list.push(attribute(attributes.unknownAttributes, error.unknown));
    // A 401 or 438 opens every session; a 403 has been logged with its rule.
    if (proof && code !== 403 && this.#logBudget.spend(client.address.address, now))
      this.log.info("TURN request refused", { code, why: error.message, user: proof.user.id, client: client.address });
    const { method, transactionId } = message;
    const key = code === 401 ? undefined : proof?.key;
    const bytes = encodeMessage({ method, class: MessageClass.error, transactionId, attributes: list }, { key });
    this.plane.reply(client.path, bytes);
  }

  #sweepRules({ id, permissions, channels }: Allocation, now: number): void {
    for (const [address, until] of permissions) {
      if (until > now) continue;
      permissions.delete(address);
      this.plane.permit(id, address, false);
    }
    for (const [number, { until }] of channels) {
      if (until > now) continue;
      channels.delete(number);
      this.plane.bindChannel(id, number, undefined);
    }
  }

  /** A channel to a relay that is gone must not lead to whoever gets its port next: that one was not judged. */
  #unbindEverywhere(gone: Allocation): void {
    const keys = new Set(relayKeys(gone));
    for (const { id, channels } of this.allocations)
      for (const [number, { peer }] of channels) {
        if (!keys.has(addressKey(peer))) continue;
        channels.delete(number);
        this.plane.bindChannel(id, number, undefined);
      }
  }
}

/** RFC 8489 6.3.1; and DONT-FRAGMENT, which node:dgram cannot honour (RFC 8656 7.2 step 4). */
function notUnderstood(message: StunMessage): readonly number[] {
  if (message.get(attributes.dontFragment) === undefined) return message.unknown;
  return [...message.unknown, attributes.dontFragment.type];
}
