import { z } from "zod";
import { type AdminRoute, readBody } from "#admin-http";
import type { ConfigChange, ConfigFile } from "#base";
import type { ConfigAnswer, ConfigChanged } from "./answers.ts";
import { asWritten } from "./as-written.ts";
import { fail } from "./errors.ts";

export interface ConfigDeskOptions<C> {
  readonly file: ConfigFile<C>;
  /** Keys that pages may change, with all that is below them: "joinHosts", "turn.realm". */
  readonly editable: readonly string[];
  /** Takes over what the file says now; says in words what changed. Rejects, and all is as before. */
  readonly takeOver: () => Promise<readonly string[]>;
  /** What holds now, and keys that are changed in the file but need a restart. */
  readonly holds: () => C;
  readonly needRestart: () => readonly string[];
}

const changeBody = z.strictObject({
  changes: z
    .array(
      z.strictObject({
        path: z.array(z.union([z.string().max(100), z.int().min(0).max(10_000)])).min(1),
        value: z.unknown().optional(),
      }),
    )
    .min(1)
    .max(100),
  revision: z.string().max(100).optional(),
});

/** Changes a role's file for pages and the command line, and lets the role take them over. One change at a time. */
export class ConfigDesk<C> {
  readonly #options: ConfigDeskOptions<C>;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: ConfigDeskOptions<C>) {
    this.#options = options;
  }

  get revision(): string {
    return this.#options.file.revision();
  }

  /** What the file says now. Throws as `loadConfig` does. */
  read(): C {
    return this.#options.file.read();
  }

  /**
   * Writes and takes over, or neither. Rejects with CONFIG_KEY_FIXED, CONFIG_CHANGED_MEANWHILE, CONFIG_BAD_VALUE and
   * what the role refuses.
   */
  change(changes: readonly ConfigChange[], revision?: string): Promise<readonly string[]> {
    const run = this.#last.then(() => this.#change(changes, revision));
    this.#last = run.catch(() => {});
    return run;
  }

  async #change(changes: readonly ConfigChange[], revision: string | undefined): Promise<readonly string[]> {
    const { file, takeOver } = this.#options;
    for (const { path } of changes) this.#check(path);
    return file.transact(changes, revision, takeOver);
  }

  #check(path: ConfigChange["path"]): void {
    const key = path.join(".");
    const { editable, file } = this.#options;
    if (!editable.some((one) => key === one || key.startsWith(`${one}.`)))
      throw fail("CONFIG_KEY_FIXED", { key, file: file.path });
  }

  routes(): readonly AdminRoute[] {
    const { file, holds, needRestart, editable } = this.#options;
    return [
      {
        method: "GET",
        path: "/api/config",
        run: (): ConfigAnswer => {
          const written = file.written();
          return {
            ...{ file: file.path, revision: file.revision(), written, editable },
            holds: asWritten(holds(), written),
            needRestart: needRestart(),
          };
        },
      },
      {
        method: "PUT",
        path: "/api/config",
        needs: "accounts",
        run: async ({ body }): Promise<ConfigChanged> => {
          const { changes, revision } = readBody(changeBody, body);
          const done = await this.change(
            changes.map(({ path, value }) => ({ path, value })),
            revision,
          );
          return { revision: file.revision(), changes: done };
        },
      },
    ];
  }
}
