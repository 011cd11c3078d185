import { isDeepStrictEqual } from "node:util";
import type { Alarms } from "#alarms";
import { type Clock, type Log, type Scope, textOf } from "#base";
import type { ClientOrigin, IceServer } from "#bridge-link";
import type { Dns } from "#dns";
import type { EventLog } from "#event-log";
import type { EdgeServer, EdgeState, MediaPool, PoolEvent } from "#media";
import type { Storage } from "#storage";
import type { TurnServerStatus, TurnServers } from "../turn-servers-contract.ts";
import { Edges } from "./edges.ts";
import { fail } from "./errors.ts";
import { iceServerOf } from "./ice-servers.ts";
import { prefer } from "./preference.ts";
import { READ_NOUNS, readTurnServers } from "./read.ts";
import { Report } from "./report.ts";
import type { TurnServer } from "./turn-server.ts";
import { Watch } from "./watch.ts";

export interface TurnServersOptions {
  readonly storage: Storage;
  /** Name of this Call Bridge, as its callBridge object has it if there is one. */
  readonly callBridge: string;
  readonly dns: Dns;
  readonly alarms: Alarms;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly log: Log;
  /** 0 up to 1, for the times of tries. */
  readonly random?: () => number;
}

export interface OpenTurnServers extends TurnServers {
  /** The pool is told the edges, now and whenever they change. */
  useMedia(pool: Pick<MediaPool, "setEdges">): void;
  /** To be called with every event of the pool, before the Call Bridge acts on it. */
  onPool(event: PoolEvent): void;
  /** Each media worker's relay on each TURN server. */
  edges(): readonly { readonly worker: number; readonly state: EdgeState }[];
}

/** How often the storage is read even if nothing tells of a change: other processes may write to it, ms. */
const READ_EVERY = 30_000;
/** How long the start waits for names, ms. */
const NAMES_WITHIN = 1500;

/** Resolves when the objects are read, and the first look-ups are done or slow. Rejects with STORAGE_UNREADABLE. */
export async function openTurnServers(scope: Scope, options: TurnServersOptions): Promise<OpenTurnServers> {
  const servers = new Servers(scope, options);
  await servers.open();
  return servers;
}

class Servers implements OpenTurnServers {
  readonly #scope: Scope;
  readonly #options: TurnServersOptions;
  readonly #report: Report;
  readonly #edges = new Edges();
  /** Those that serve this Call Bridge, by id. */
  readonly #watches = new Map<string, Watch>();
  #objects: readonly TurnServer[] = [];
  /** Ids, best first. */
  #order: readonly string[] = [];
  #told: readonly EdgeServer[] = [];
  #pool: Pick<MediaPool, "setEdges"> | undefined;
  #turn: Promise<void> = Promise.resolve();
  #waiting: Promise<void> | undefined;
  #unreadable = false;

  constructor(scope: Scope, options: TurnServersOptions) {
    this.#scope = scope;
    this.#options = options;
    this.#report = new Report(options.alarms, options.events);
  }

  async open(): Promise<void> {
    const stop = this.#options.storage.onChange((changes) => {
      if (changes.some(({ noun }) => READ_NOUNS.includes(noun))) void this.#readAgain();
    });
    this.#scope.defer(stop);
    await this.#read();
    this.#scope.every(READ_EVERY, () => void this.#readAgain());
    const names = [...this.#watches.values()].map((watch) => watch.found);
    const late = Promise.withResolvers<void>();
    const timer = this.#scope.after(NAMES_WITHIN, late.resolve);
    await Promise.race([Promise.all(names), late.promise]);
    timer.cancel();
  }

  all(): readonly TurnServerStatus[] {
    return this.#objects.map((server) => this.#statusOf(server));
  }

  status(id: string): TurnServerStatus | undefined {
    const server = this.#objects.find((one) => one.id === id);
    return server && this.#statusOf(server);
  }

  async probe(id: string): Promise<TurnServerStatus | undefined> {
    await this.#watches.get(id)?.check();
    return this.status(id);
  }

  iceServersFor(origin: ClientOrigin, identity: string): readonly IceServer[] {
    if (origin.via !== "edge") return [];
    const ours = this.#ordered();
    const usable = ours.filter((watch) => watch.condition.state !== "failed");
    const now = this.#options.clock.now();
    return (usable.length > 0 ? usable : ours).flatMap(({ server }) => iceServerOf(server, identity, now) ?? []);
  }

  failure(): { readonly code: string; readonly detail: string } | undefined {
    const watches = this.#ordered();
    if (watches.length === 0) {
      const { code, message } = fail("TURN_SERVER_NONE");
      return { code, detail: message };
    }
    const failed = watches.flatMap(({ condition }) => (condition.state === "failed" ? [condition.failure] : []));
    if (this.#edges.all.length > 0) return this.#edges.failure;
    // No worker has a relay to make: there is no address, or there are no credentials.
    if (this.#told.length > 0 || failed.length < watches.length) return undefined;
    return { code: failed[0]!.code, detail: failed[0]!.detail };
  }

  useMedia(pool: Pick<MediaPool, "setEdges">): void {
    this.#pool = pool;
    pool.setEdges(this.#told);
  }

  onPool(event: PoolEvent): void {
    if ("lost" in event) this.#edges.forget(event.worker);
    else if ("media" in event && event.media.event === "edge") this.#onEdge(event.worker, event.media.edge);
  }

  edges(): readonly { readonly worker: number; readonly state: EdgeState }[] {
    return this.#edges.all;
  }

  #onEdge(worker: number, edge: EdgeState): void {
    if (!this.#told.some(({ id }) => id === edge.id)) return;
    this.#edges.update(worker, edge);
    const watch = this.#watches.get(edge.id);
    const failed = watch?.condition.state === "failed";
    // What a worker meets is news of the server: not to be found out half a minute later.
    if ((edge.state === "failed" && !failed) || (edge.state === "ready" && failed)) watch?.soon();
  }

  /** One after the other; who comes while one waits for its turn gets what that one finds. */
  #read(): Promise<void> {
    this.#waiting ??= this.#turn.then(() => {
      this.#waiting = undefined;
      return this.#readNow();
    });
    this.#turn = this.#waiting.catch(() => {});
    return this.#waiting;
  }

  async #readNow(): Promise<void> {
    const { storage, callBridge } = this.#options;
    const objects = await readTurnServers(storage, callBridge);
    this.#unreadable = false;
    if (!this.#scope.closed) this.#adopt(objects);
  }

  async #readAgain(): Promise<void> {
    try {
      await this.#read();
    } catch (thrown) {
      const why = textOf(thrown);
      if (!this.#unreadable) this.#options.log.warn("turnServers cannot be read; the known ones go on", { why });
      this.#unreadable = true;
    }
  }

  #adopt(objects: readonly TurnServer[]): void {
    this.#objects = objects;
    const ours = objects.filter((object) => object.ours);
    for (const [id, watch] of this.#watches) if (!ours.some((object) => object.id === id)) this.#forget(id, watch);
    for (const object of ours) {
      const watch = this.#watches.get(object.id);
      if (watch) watch.update(object);
      else this.#watch(object);
    }
    this.#arrange();
  }

  #watch(server: TurnServer): void {
    const { dns, clock, random = Math.random } = this.#options;
    const inUse = (id: string) => this.#edges.all.some(({ state }) => state.id === id && state.state === "ready");
    const onChange = (watch: Watch) => {
      if (this.#watches.get(watch.server.id) !== watch) return;
      this.#report.tell(watch);
      this.#arrange();
    };
    const watch = new Watch(this.#scope.child(), server, { dns, clock, random, inUse, onChange });
    this.#watches.set(server.id, watch);
    void watch.check();
  }

  #forget(id: string, watch: Watch): void {
    this.#watches.delete(id);
    this.#report.gone(watch.server);
    void watch.close();
  }

  /** Order and edges, from what is known now. */
  #arrange(): void {
    const contenders = [...this.#watches.values()].map(({ server, condition }) => ({
      id: server.id,
      state: condition.state,
      rttMs: condition.state === "reachable" ? condition.by.rttMs : 0,
    }));
    this.#order = prefer(this.#order, contenders);
    const [first] = this.#ordered();
    if (first && this.#watches.size > 1 && first.condition.state === "reachable")
      this.#report.preferred(first.server, first.condition.by.rttMs);
    const edges = this.#ordered().flatMap((watch) => watch.edge ?? []);
    if (isDeepStrictEqual(edges, this.#told)) return;
    const same = (edge: EdgeServer) => edges.some((other) => isDeepStrictEqual(edge, other));
    this.#edges.drop(this.#told.filter((edge) => !same(edge)).map(({ id }) => id));
    this.#told = edges;
    this.#pool?.setEdges(edges);
  }

  #ordered(): Watch[] {
    return this.#order.flatMap((id) => this.#watches.get(id) ?? []);
  }

  #statusOf(server: TurnServer): TurnServerStatus {
    const { id, serverAddress, clientAddress, type, ours } = server;
    const watch = this.#watches.get(id);
    const [first] = this.#ordered();
    const held = this.#edges.all.filter(({ state }) => state.id === id && state.state === "ready").length;
    const hosts = (watch?.hosts ?? []).flatMap((host) => host.status(host === watch?.chosen ? held : 0) ?? []);
    const preferred = first !== undefined && first === watch && first.condition.state === "reachable";
    return { id, serverAddress, clientAddress, type, hosts, ours, preferred };
  }
}
