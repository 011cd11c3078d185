import { type Log, type Scope, type TurnpikeError, textOf } from "#base";
import { type CertificateStore, watchFiles } from "#certificates";
import { changedKeys } from "#operations";
import type { EdgeProxy } from "#proxy";
import { FIXED, type TurnServerOptions, type TurnWorker } from "#turn";
import { type EdgeConfig, fixedKeys } from "./config.ts";
import { certificateUses, type Material, readMaterial, warnOfNames, watchedFiles } from "./material.ts";

/** How long after a failure that passes by itself files are taken over again, ms. */
const AGAIN = 1000;

export interface ReloadParts {
  readonly certificates: Pick<CertificateStore, "configure" | "pair" | "onChange" | "renewNow">;
  readonly proxy: Pick<EdgeProxy, "setCertificate">;
  readonly turn: Pick<TurnWorker, "configure" | "restart">;
  /** Everything that cannot fail. */
  readonly settle: (config: EdgeConfig, material: Material) => void;
  readonly log: Log;
}

/** Takes over a changed configuration, and files that were replaced, without ending a connection or an allocation. */
export class Reloader {
  readonly #read: () => EdgeConfig;
  readonly #parts: ReloadParts;
  readonly #started: EdgeConfig;
  #config: EdgeConfig;
  /** What runs: what TURN takes over at its next start only is still as it was. */
  #material: Material;
  /** Keys that TURN takes over when it is restarted. */
  #turnWaits: readonly string[] = [];
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    start: { readonly config: EdgeConfig; readonly material: Material; readonly read: () => EdgeConfig },
    parts: ReloadParts,
  ) {
    this.#started = start.config;
    this.#config = start.config;
    this.#material = start.material;
    this.#read = start.read;
    this.#parts = parts;
  }

  /** What holds. */
  get config(): EdgeConfig {
    return this.#config;
  }

  /** Keys that are changed in the file, but not in the running role. */
  get needRestart(): readonly string[] {
    return [...changedKeys(fixedKeys(this.#started), fixedKeys(this.#config)), ...this.#turnWaits];
  }

  /** Replaced certificates, keys, secrets and lists of users are taken over by themselves. */
  watch(scope: Scope): void {
    const again = () => this.#replaced(scope);
    watchFiles(scope, () => watchedFiles(this.#config), again);
    scope.defer(
      this.#parts.certificates.onChange((use) => {
        if (use !== "admin") again();
      }),
    );
  }

  /** What changed, in words. Rejects with a TurnpikeError, and everything is as before. */
  reload(): Promise<readonly string[]> {
    return this.#queue(() => this.#takeOver(this.#read, true));
  }

  /**
   * Starts TURN anew with all that is configured; relays end, and clients make new ones. Says what changed. Rejects with
   * what keeps TURN from starting, and it runs as before.
   */
  restartTurn(): Promise<readonly string[]> {
    return this.#queue(() => this.#takeOver(this.#read, true, true));
  }

  #replaced(scope: Scope): void {
    // Told in the log; the old files stay in use.
    void this.#queue(() => this.#takeOver(() => this.#config)).catch((error: unknown) => {
      // The files are good, and the worker is back in a moment.
      if ((error as Partial<TurnpikeError>).code === "WORKER_GONE") scope.after(AGAIN, () => this.#replaced(scope));
    });
  }

  /** One at a time, in order. */
  #queue<T>(run: () => Promise<T>): Promise<T> {
    const next = this.#last.then(run, run);
    this.#last = next.catch(() => {});
    return next;
  }

  /** `now` reads certificate files without waiting for the store's next look. */
  async #takeOver(read: () => EdgeConfig, now = false, restart = false): Promise<readonly string[]> {
    const { log } = this.#parts;
    try {
      const changes = await this.#apply(read(), now, restart);
      if (changes.length > 0) log.info("configuration taken over", { changes });
      return changes;
    } catch (error) {
      const remedy = (error as Partial<TurnpikeError>).remedy;
      log.error("configuration not taken over", { why: textOf(error), remedy });
      throw error;
    }
  }

  async #apply(config: EdgeConfig, now: boolean, restart: boolean): Promise<readonly string[]> {
    const { certificates, settle, log } = this.#parts;
    const [before, fixed] = [this.#material, fixedKeys(this.#config)];
    const wanted = certificateUses(config);
    await certificates.configure(wanted);
    const inFiles = Object.entries(wanted.uses).filter(([, { source }]) => source.from === "files");
    if (now) for (const [use] of inFiles) await certificates.renewNow(use);
    const read = readMaterial(this.#withShared(config), certificates);
    const waits = restart ? [] : FIXED.filter((key) => differs(before.turn[key], read.turn[key]));
    const material = { ...read, turn: { ...read.turn, ...picked(before.turn, waits) } };
    const newWeb = differs(material.web, before.web);
    await this.#both(material, newWeb, restart);
    settle(config, material);
    if (newWeb) warnOfNames(material.web.certificate, config.joinHosts, log);
    const changes = [
      ...(newWeb ? ["web certificate"] : []),
      ...changedKeys(before.turn, material.turn)
        .filter((key) => key !== "neverPeers")
        .map((key) => `turn: ${key}`),
      ...changedKeys(this.#config, config).filter((key) => !(key in fixed) && !["web", "tunnel", "turn"].includes(key)),
      ...changedKeys(this.#config.web, config.web).filter((key) => ["limits", "proxyProtocol"].includes(key)),
      ...(keysOf(before) === keysOf(material) ? [] : ["tunnel keys"]),
      ...changedKeys(fixed, fixedKeys(config)).map((key) => `${key}: changed in the file, but needs a restart`),
      ...waits.map((key) => `turn.${key}: changed in the file, but needs a restart of TURN`),
      ...(restart ? ["TURN restarted"] : []),
    ];
    this.#turnWaits = waits.map((key) => `turn.${key}`);
    this.#config = config;
    this.#material = material;
    return changes;
  }

  /** Whether TURN shares the web's port is settled when the role starts: TURN alone cannot change it. */
  #withShared(config: EdgeConfig): EdgeConfig {
    return { ...config, turn: { ...config.turn, tcp443: this.#started.turn.tcp443 } };
  }

  /** Web and TURN, or neither: what can be undone goes first. */
  async #both({ web, turn }: Material, newWeb: boolean, restart: boolean): Promise<void> {
    const { proxy, turn: worker, certificates } = this.#parts;
    if (newWeb) proxy.setCertificate(web);
    try {
      await (restart ? worker.restart(turn) : worker.configure(turn));
    } catch (error) {
      if (newWeb) proxy.setCertificate(this.#material.web);
      await certificates.configure(certificateUses(this.#config)).catch(() => {});
      throw error;
    }
  }
}

function differs(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) !== JSON.stringify(b);
}

function picked<K extends keyof TurnServerOptions>(from: TurnServerOptions, keys: readonly K[]) {
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as Pick<TurnServerOptions, K>;
}

function keysOf({ hostKey, authorizedKeys }: Material): string {
  return [hostKey, ...authorizedKeys].map(({ fingerprint }) => fingerprint).join();
}
