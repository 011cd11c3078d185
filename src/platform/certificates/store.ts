import { type Clock, type Log, type Scope, systemClock } from "#base";
import { Challenges } from "./acme/challenges.ts";
import type {
  CertificateRow,
  CertificateStore,
  CertificateStoreOptions,
  CertificateUse,
  CertificateUses,
  SshKeyUse,
} from "./contract.ts";
import { fail } from "./errors.ts";
import { installPair, requestFile, writeRequest } from "./install-request.ts";
import type { Pair } from "./issue.ts";
import { Served } from "./served.ts";
import { sshRow } from "./ssh-row.ts";
import { LOOK_EVERY_MS } from "./watch.ts";

/** Resolves when each use has a pair to serve. Rejects with a TurnpikeError if one can have none. */
export async function openCertificateStore(scope: Scope, options: CertificateStoreOptions): Promise<CertificateStore> {
  const store = new Store(scope, options);
  await store.configure(options);
  store.start(options.lookEveryMs ?? LOOK_EVERY_MS);
  return store;
}

class Store implements CertificateStore {
  readonly #scope: Scope;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #challenges = new Challenges();
  readonly #changeListeners = new Set<(use: string, pair: Pair) => void>();
  readonly #stateListeners = new Set<() => void>();
  #served: ReadonlyMap<string, Served> = new Map();
  #sshKeys: readonly SshKeyUse[] = [];
  /** What the listeners know. */
  #told = "";
  #last: Promise<unknown> = Promise.resolve();

  constructor(scope: Scope, { log, clock = systemClock }: CertificateStoreOptions) {
    this.#scope = scope;
    this.#log = log;
    this.#clock = clock;
  }

  start(lookEveryMs: number): void {
    this.#told = this.#state();
    this.#scope.every(lookEveryMs, () => {
      for (const served of this.#served.values()) served.source.look();
      this.#tell();
    });
  }

  pair(use: string): Pair {
    return this.#of(use).source.pair();
  }

  onChange(listener: (use: string, pair: Pair) => void): () => void {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  }

  onState(listener: () => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  rows(): readonly CertificateRow[] {
    const now = this.#clock.now();
    return [...[...this.#served.values()].map((served) => served.row(now)), ...this.#sshKeys.map(sshRow)];
  }

  challengeFor(token: string): string | undefined {
    return this.#challenges.get(token);
  }

  renewNow(use: string): Promise<void> {
    return this.#of(use).source.renewNow();
  }

  install(use: string, upload: { readonly certificate: string; readonly key?: string }): CertificateRow {
    const served = this.#of(use);
    installPair(served, upload, this.#clock.now());
    served.source.look();
    this.#log.info("certificate installed", { use, file: served.source.file });
    return served.row(this.#clock.now());
  }

  async createRequest(use: string, names?: readonly string[]): Promise<string> {
    const served = this.#of(use);
    const request = await writeRequest(served, names ?? served.use.names);
    this.#log.info("certificate request made", { use, file: requestFile(served) });
    return request;
  }

  /** One at a time, in order. */
  configure(uses: CertificateUses): Promise<readonly string[]> {
    const next = this.#last.then(() => this.#configure(uses));
    this.#last = next.catch(() => {});
    return next;
  }

  async #configure({ uses, sshKeys = [] }: CertificateUses): Promise<readonly string[]> {
    const before = this.#served;
    const after = await this.#openAll(uses);
    this.#served = after;
    this.#sshKeys = sshKeys;
    const names = [...new Set([...before.keys(), ...after.keys()])];
    const other = names.filter((name) => before.get(name) !== after.get(name));
    for (const name of other) {
      await before.get(name)?.scope.close();
      const [old, now] = [before.get(name)?.source.pair(), after.get(name)?.source.pair()];
      if (old && now && !isSame(old, now)) this.#changed(name, now);
    }
    return other;
  }

  /** Before an old source is closed, so that a new one that cannot be used changes nothing. */
  async #openAll(uses: CertificateUses["uses"]): Promise<ReadonlyMap<string, Served>> {
    const all = new Map<string, Served>();
    try {
      for (const [name, use] of Object.entries(uses)) {
        const old = this.#served.get(name);
        all.set(name, old && isSame(old.use, use) ? old : await this.#open(name, use));
      }
    } catch (error) {
      for (const [name, served] of all) if (this.#served.get(name) !== served) await served.scope.close();
      throw error;
    }
    return all;
  }

  #open(name: string, use: CertificateUse): Promise<Served> {
    const scope = this.#scope.child();
    const served: { now?: Served } = {};
    const isServed = () => served.now !== undefined && this.#served.get(name) === served.now;
    return Served.open(name, use, {
      scope,
      log: this.#log,
      clock: this.#clock,
      challenges: this.#challenges,
      // One that is being opened, or was replaced, tells nobody.
      changed: () => isServed() && this.#changed(name, served.now!.source.pair()),
      told: () => isServed() && this.#tell(),
    }).then(
      (opened) => {
        served.now = opened;
        return opened;
      },
      async (error) => {
        await scope.close();
        throw error;
      },
    );
  }

  #changed(use: string, pair: Pair): void {
    for (const listener of [...this.#changeListeners]) {
      try {
        listener(use, pair);
      } catch (error) {
        this.#log.error("a listener did not take the new certificate", { use, why: String(error) });
      }
    }
  }

  #tell(): void {
    const state = this.#state();
    if (state === this.#told) return;
    this.#told = state;
    for (const listener of [...this.#stateListeners]) listener();
  }

  /** What the listeners of `onState` wait for. */
  #state(): string {
    return JSON.stringify(this.rows().map(({ use, problems, acme }) => [use, problems.map(({ code }) => code), acme]));
  }

  #of(use: string): Served {
    const served = this.#served.get(use);
    if (!served) throw fail("CERTIFICATE_NO_SUCH_USE", { use, uses: [...this.#served.keys()].join(", ") });
    return served;
  }
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
