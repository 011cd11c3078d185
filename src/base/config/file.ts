import { createHash, randomUUID } from "node:crypto";
import { renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { parseDocument } from "yaml";
import type { z } from "zod";
import { type ErrorTable, errorsOf, textOf } from "../errors.ts";
import { parseConfig, readConfigText } from "./load.ts";

export const configFileErrors = {
  CONFIG_CHANGED_MEANWHILE: {
    kind: "user",
    text: "{file} was changed by somebody else meanwhile",
    remedy: "look at what it says now, and make the change again",
  },
  CONFIG_NOT_WRITTEN: {
    kind: "system",
    text: "{file}: cannot be written ({why})",
    remedy: "let the role's user write this file and its folder, and look whether the disk is full",
  },
} as const satisfies ErrorTable;

const fail = errorsOf(configFileErrors);

/** One place in the file and what is to stand there; undefined takes it away. */
export interface ConfigChange {
  readonly path: readonly (string | number)[];
  readonly value: unknown;
}

/**
 * A role's YAML file. Pages and the command line change it through here, so that the file stays the one truth: comments
 * and order are kept, and nothing is written that a start would refuse.
 */
export class ConfigFile<C> {
  readonly path: string;
  readonly #schema: z.ZodType<C>;

  constructor(path: string, schema: z.ZodType<C>) {
    this.path = path;
    this.#schema = schema;
  }

  /** Reads it anew. Throws the CONFIG_ errors of `loadConfig`. */
  read(): C {
    return parseConfig(this.path, this.#text(), this.#schema) as C;
  }

  /** Of the text as it is now: who changes something says from which one. */
  revision(): string {
    return revisionOf(this.#text());
  }

  /** As written, for a reader; what is left out has its default. Secrets are in files that it only names. */
  written(): unknown {
    return parseDocument(this.#text()).toJS() ?? {};
  }

  /**
   * Writes the changes, all or none, and gives the configuration that holds then. Throws CONFIG_CHANGED_MEANWHILE if
   * `revision` is given and old, CONFIG_NOT_WRITTEN, or what `loadConfig` throws for a value that is not valid.
   */
  change(changes: readonly ConfigChange[], revision?: string): C {
    const before = this.#text();
    if (revision !== undefined && revision !== revisionOf(before))
      throw fail("CONFIG_CHANGED_MEANWHILE", { file: this.path });
    const document = parseDocument(before);
    for (const { path, value } of changes) {
      if (value === undefined) document.deleteIn(path);
      else document.setIn(path, document.createNode(value));
    }
    const after = document.toString({ lineWidth: 0 });
    const config = parseConfig(this.path, after, this.#schema) as C;
    this.#write(after);
    return config;
  }

  /**
   * Changes the file, and lets `apply` take it over; if that rejects, the file is as before. Rejects with what `change`
   * throws or `apply` rejects with.
   */
  async transact<T>(
    changes: readonly ConfigChange[],
    revision: string | undefined,
    apply: () => Promise<T>,
  ): Promise<T> {
    const before = this.#text();
    this.change(changes, revision);
    try {
      return await apply();
    } catch (error) {
      this.#write(before);
      throw error;
    }
  }

  #text(): string {
    return readConfigText(this.path);
  }

  /** A crash leaves the old file or the new one, whole. */
  #write(text: string): void {
    const beside = `${this.path}.${randomUUID()}`;
    try {
      writeFileSync(beside, text, { mode: statSync(this.path).mode & 0o777, flush: true });
      renameSync(beside, this.path);
    } catch (error) {
      rmSync(beside, { force: true });
      throw fail("CONFIG_NOT_WRITTEN", { file: this.path, why: textOf(error) }, error);
    }
  }
}

function revisionOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 22);
}
