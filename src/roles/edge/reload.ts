import { statSync } from "node:fs";
import { type Log, type Scope, type TurnpikeError, textOf } from "#base";
import type { EdgeProxy } from "#proxy";
import type { TurnWorker } from "#turn";
import type { EdgeConfig } from "./config.ts";
import { type Material, readMaterial, warnOfNames, watchedFiles } from "./material.ts";

/** How often files are looked at, ms. */
const LOOK_EVERY = 1000;
/** What this role takes over while it runs; every other key needs a restart. */
const TAKEN_OVER: readonly (keyof EdgeConfig)[] = ["web", "turn"];

/** Takes over a changed configuration, and files that were replaced, without ending a connection or an allocation. */
export class Reloader {
  readonly #read: () => EdgeConfig;
  readonly #proxy: Pick<EdgeProxy, "setCertificate">;
  readonly #turn: Pick<TurnWorker, "configure">;
  readonly #log: Log;
  #config: EdgeConfig;
  #material: Material;
  #seen: string;
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    start: { readonly config: EdgeConfig; readonly material: Material; readonly read: () => EdgeConfig },
    parts: {
      readonly proxy: Pick<EdgeProxy, "setCertificate">;
      readonly turn: Pick<TurnWorker, "configure">;
      readonly log: Log;
    },
  ) {
    this.#config = start.config;
    this.#material = start.material;
    this.#read = start.read;
    this.#proxy = parts.proxy;
    this.#turn = parts.turn;
    this.#log = parts.log;
    this.#seen = stampOf(watchedFiles(start.config));
  }

  /** Replaced certificates, secrets and lists of users are taken over by themselves. */
  watch(scope: Scope): void {
    scope.every(LOOK_EVERY, () => {
      const stamp = stampOf(watchedFiles(this.#config));
      if (stamp === this.#seen) return;
      this.#seen = stamp;
      // Told in the log; the old files stay in use.
      void this.#queue(() => this.#takeOver(this.#config)).catch((error: unknown) => {
        // The files are good, and the worker is back in a moment: they are taken over at the next look.
        if ((error as Partial<TurnpikeError>).code === "WORKER_GONE") this.#seen = "";
      });
    });
  }

  /** What changed, in words. Rejects with a TurnpikeError, and everything is as before. */
  reload(): Promise<readonly string[]> {
    return this.#queue(() => this.#takeOver(this.#read()));
  }

  /** One at a time, in order. */
  #queue<T>(run: () => Promise<T>): Promise<T> {
    const next = this.#last.then(run, run);
    this.#last = next.catch(() => {});
    return next;
  }

  async #takeOver(config: EdgeConfig): Promise<readonly string[]> {
    try {
      const changes = await this.#apply(config);
      this.#log.info("configuration taken over", { changes });
      return changes;
    } catch (error) {
      const remedy = (error as Partial<TurnpikeError>).remedy;
      this.#log.error("configuration not taken over", { why: textOf(error), remedy });
      throw error;
    }
  }

  async #apply(config: EdgeConfig): Promise<readonly string[]> {
    const material = readMaterial(config);
    const before = this.#material;
    const newWeb = JSON.stringify(material.web) !== JSON.stringify(before.web);
    await this.#both(material, newWeb);
    if (newWeb) warnOfNames(material.web.certificate, config.joinHosts, this.#log);
    const changes = [
      ...(newWeb ? ["web certificate"] : []),
      ...changedKeys(before.turn, material.turn).map((key) => `turn: ${key}`),
      ...changedKeys(this.#config, config)
        .filter((key) => !TAKEN_OVER.includes(key as keyof EdgeConfig))
        .map((key) => `${key}: changed in the file, but needs a restart`),
    ];
    this.#config = config;
    this.#material = material;
    this.#seen = stampOf(watchedFiles(config));
    return changes;
  }

  /** Web and TURN, or neither: what can be undone goes first. */
  async #both({ web, turn }: Material, newWeb: boolean): Promise<void> {
    if (newWeb) this.#proxy.setCertificate(web);
    try {
      await this.#turn.configure(turn);
    } catch (error) {
      if (newWeb) this.#proxy.setCertificate(this.#material.web);
      throw error;
    }
  }
}

function changedKeys<T extends object>(before: T, after: T): string[] {
  const value = (of: T, key: string) => JSON.stringify((of as Record<string, unknown>)[key]);
  return Object.keys({ ...before, ...after }).filter((key) => value(before, key) !== value(after, key));
}

/** Changes when a file is written, replaced or removed. */
function stampOf(files: readonly string[]): string {
  return files
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false });
      return stat ? `${stat.mtimeMs} ${stat.size} ${stat.ino}` : "none";
    })
    .join(", ");
}
