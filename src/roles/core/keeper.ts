import { type ConfigFile, type Log, type Scope, type TurnpikeError, textOf } from "#base";
import { watchFiles } from "#certificates";
import { changedKeys } from "#operations";
import type { CoreConfig } from "./config.ts";
import { type Material, readMaterial, watchedFiles } from "./material.ts";

/** What this role takes over while it runs; every other key needs a restart. */
const TAKEN_OVER: readonly (keyof CoreConfig)[] = [
  "identity",
  "enabled",
  "joinHosts",
  "allowList",
  "edges",
  "connectionsPerEdge",
];

/** Takes over a changed configuration, and files that were replaced, without ending what goes on. */
export class Keeper {
  readonly #file: ConfigFile<CoreConfig>;
  readonly #apply: (material: Material) => void;
  readonly #log: Log;
  readonly #started: CoreConfig;
  #config: CoreConfig;

  constructor(
    start: { readonly config: CoreConfig; readonly file: ConfigFile<CoreConfig>; readonly log: Log },
    apply: (material: Material) => void,
  ) {
    this.#file = start.file;
    this.#config = start.config;
    this.#started = start.config;
    this.#apply = apply;
    this.#log = start.log;
  }

  get config(): CoreConfig {
    return this.#config;
  }

  /** Keys that are changed in the file, but not in the running role. */
  get needRestart(): readonly string[] {
    return changedKeys(this.#started, this.#config).filter((key) => !TAKEN_OVER.includes(key as keyof CoreConfig));
  }

  watch(scope: Scope): void {
    watchFiles(
      scope,
      () => watchedFiles(this.#config),
      () => {
        try {
          this.#takeOver(() => this.#config);
          this.#log.info("replaced files taken over");
        } catch {
          // Told in the log; the old ones stay in use.
        }
      },
    );
  }

  /** What changed, in words. Throws a TurnpikeError, and everything is as before. */
  reload(): readonly string[] {
    const before = this.#config;
    const after = this.#takeOver(() => this.#file.read());
    const changes = changedKeys(before, after).map((key) =>
      TAKEN_OVER.includes(key as keyof CoreConfig) ? key : `${key}: changed in the file, but needs a restart`,
    );
    this.#log.info("configuration taken over", { changes });
    return changes;
  }

  #takeOver(read: () => CoreConfig): CoreConfig {
    try {
      const config = read();
      this.#apply(readMaterial(config));
      this.#config = config;
      return config;
    } catch (error) {
      const remedy = (error as Partial<TurnpikeError>).remedy;
      this.#log.error("configuration not taken over", { why: textOf(error), remedy });
      throw error;
    }
  }
}
