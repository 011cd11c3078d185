import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { textOf } from "#base";
import type { SessionFacts } from "./contract.ts";
import { fail } from "./errors.ts";

/** What `session.json` says. */
export type KeptSession = SessionFacts & { readonly ended?: { readonly at: number; readonly why: string } };

const FACTS = "session.json";

/** The files of the one session there is. */
export class SessionFolder {
  readonly #base: string;
  readonly path: string;

  constructor(base: string) {
    this.#base = base;
    this.path = join(base, "session");
  }

  /** Undefined if there is none, or none that can be read. */
  kept(): KeptSession | undefined {
    try {
      return JSON.parse(readFileSync(join(this.path, FACTS), "utf8"));
    } catch {
      return undefined;
    }
  }

  /** Throws DIAGNOSTICS_FOLDER. */
  begin(session: KeptSession): void {
    this.#or(() => {
      mkdirSync(this.#base, { recursive: true, mode: 0o700 });
      rmSync(this.path, { recursive: true, force: true });
      mkdirSync(this.path, { mode: 0o700 });
      this.write(FACTS, JSON.stringify(session));
    });
  }

  /** On a full disk the session stays an unfinished one. */
  end(session: KeptSession): void {
    try {
      this.write(FACTS, JSON.stringify(session));
    } catch {
      // What was collected is there all the same.
    }
  }

  /** Whole or not at all. Throws the system's error. */
  write(name: string, text: string): void {
    const path = join(this.path, name);
    writeFileSync(`${path}.new`, text, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }

  read(name: string): string | undefined {
    const path = join(this.path, name);
    return existsSync(path) ? readFileSync(path, "utf8") : undefined;
  }

  /** Files of the ring with their sizes, oldest first. */
  rings(): readonly { readonly name: string; readonly path: string; readonly bytes: number }[] {
    if (!existsSync(this.path)) return [];
    return readdirSync(this.path)
      .filter((name) => /\.(pcapng|jsonl)$/.test(name))
      .sort()
      .flatMap((name) => {
        const path = join(this.path, name);
        const bytes = statSync(path, { throwIfNoEntry: false })?.size;
        return bytes === undefined ? [] : [{ name, path, bytes }];
      });
  }

  get bytes(): number {
    return this.rings().reduce((sum, { bytes }) => sum + bytes, 0);
  }

  #or(run: () => void): void {
    try {
      run();
    } catch (error) {
      throw fail("DIAGNOSTICS_FOLDER", { folder: this.#base, why: textOf(error) }, error);
    }
  }
}
