import assert from "node:assert/strict";
import { addressKey, type TransportAddress } from "#base";
import { type ClientPath, noTraffic, type PacketPlane, type RelayOptions } from "#packet-plane";
import { PAPER } from "../bare-core.ts";

/** The rules of one open relay. */
export interface RecordedRelay {
  readonly options: RelayOptions;
  client: ClientPath;
  readonly permitted: Set<string>;
  readonly channels: Map<number, TransportAddress>;
  /** With the relay that was at the peer's address then, by id. */
  readonly admitted: Map<string, { readonly peer: TransportAddress; readonly neighbour: number | undefined }>;
}

export interface Reply {
  readonly path: ClientPath;
  readonly message: Buffer;
}

/** How relays open: at once, not at all, or when told. */
export type Opening = "ready" | "taken" | "held";

/** A packet plane without sockets that keeps the rules set, and holds its owner to the contract. */
export class RecordingPlane implements PacketPlane {
  dontFragment = true;
  opening: Opening = "ready";
  readonly relays = new Map<number, RecordedRelay>();
  /** Since they were last taken. */
  replies: Reply[] = [];
  sent: { readonly relay: number; readonly peer: TransportAddress }[] = [];
  words: string[] = [];
  /** Breaches of the contract that the caller's own handling of errors would hide. */
  readonly faults: string[] = [];
  readonly #held: (() => void)[] = [];

  /** Are relays being opened? */
  get busy(): boolean {
    return this.#held.length > 0;
  }

  /** As long as relays are held. */
  async wait(): Promise<void> {
    if (this.opening === "held") await new Promise<void>((resolve) => this.#held.push(resolve));
  }

  release(): void {
    for (const open of this.#held.splice(0)) open();
  }

  async listen(address: TransportAddress) {
    return { listener: 0, address };
  }

  setChallenge(): void {}

  reply(path: ClientPath, message: Buffer): void {
    this.replies.push({ path, message });
  }

  async openRelay(options: RelayOptions): Promise<void> {
    this.words.push(`relay ${this.opening}`);
    if (this.opening === "taken") throw Object.assign(new Error("bind EADDRINUSE"), { code: "EADDRINUSE" });
    await this.wait();
    const { id, client, bound } = options;
    const open = [...this.relays.values()].map((relay) => addressKey(relay.options.bound));
    if (this.relays.has(id)) this.faults.push("an id names two relays");
    if (open.includes(addressKey(bound))) this.faults.push("a port is given to two relays");
    this.relays.set(id, { options, client, permitted: new Set(), channels: new Map(), admitted: new Map() });
  }

  closeRelay(id: number): void {
    this.words.push("relay closed");
    assert.ok(this.relays.delete(id), "what is closed was open");
  }

  moveRelay(id: number, client: ClientPath): void {
    this.words.push("relay moved");
    this.#relay(id).client = client;
  }

  permit(id: number, address: string, allowed: boolean): void {
    this.words.push(allowed ? "permitted" : "not permitted any more");
    const { permitted } = this.#relay(id);
    if (allowed) permitted.add(address);
    else permitted.delete(address);
  }

  bindChannel(id: number, channel: number, peer: TransportAddress | undefined): void {
    this.words.push(peer ? "channel bound" : "channel unbound");
    const { channels } = this.#relay(id);
    if (peer) channels.set(channel, peer);
    else channels.delete(channel);
  }

  sendToPeer(id: number, peer: TransportAddress, _data: Buffer, dontFragment = false): void {
    this.words.push(dontFragment ? "sent whole" : "sent");
    this.#relay(id);
    this.sent.push({ relay: id, peer });
  }

  admit(id: number, peer: TransportAddress): void {
    this.words.push("admitted");
    this.#relay(id).admitted.set(addressKey(peer), { peer, neighbour: this.#relayAt(peer) });
  }

  forgetAdmitted(id: number): void {
    this.words.push("admissions forgotten");
    this.#relay(id).admitted.clear();
  }

  /** Peers to which Sends of the relay's client pass now without being judged. None, if the relay is not of this plane. */
  passing(id: number): TransportAddress[] {
    const relay = this.relays.get(id);
    if (!relay) return [];
    const { admitted, permitted } = relay;
    return [...admitted.values()]
      .filter(({ peer, neighbour }) => permitted.has(peer.address) && this.#relayAt(peer) === neighbour)
      .map(({ peer }) => peer);
  }

  sendOnChannel(id: number, channel: number): void {
    this.words.push("sent on a channel");
    assert.ok(this.#relay(id).channels.has(channel), "the channel is bound in the plane too");
  }

  counters(id: number) {
    return this.relays.has(id) ? noTraffic() : undefined;
  }

  idleMs(id: number) {
    return this.relays.has(id) ? 0 : undefined;
  }

  setTap(): void {}

  status() {
    return PAPER;
  }

  #relayAt(where: TransportAddress): number | undefined {
    const key = addressKey(where);
    for (const [id, { options }] of this.relays)
      if (addressKey(options.bound) === key || addressKey(options.advertised) === key) return id;
    return undefined;
  }

  #relay(id: number): RecordedRelay {
    const relay = this.relays.get(id);
    assert.ok(relay, "a rule is for a relay that is open");
    return relay;
  }
}
