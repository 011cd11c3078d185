import type { Readable } from "node:stream";
import type { Scope } from "#base";
import { readFilter } from "#capture";
import { archiveOf } from "./archive.ts";
import type {
  DiagnosticLimits,
  DiagnosticLogging,
  DiagnosticLoggingOptions,
  DiagnosticRequest,
  DiagnosticState,
} from "./contract.ts";
import { fail } from "./errors.ts";
import { Redaction } from "./redaction.ts";
import { Session } from "./session.ts";
import { SessionFolder } from "./session-folder.ts";

/** 100 MiB for each capture, 100 MiB for the log. */
const LIMITS: DiagnosticLimits = {
  capture: { fileBytes: 20 << 20, files: 5 },
  log: { fileBytes: 20 << 20, files: 5 },
};
const LONGEST_MARKER = 200;

/** Diagnostic logging of a role: one at a time, and what the last one has collected. It ends with `scope`. */
export function openDiagnosticLogging(scope: Scope, options: DiagnosticLoggingOptions): DiagnosticLogging {
  return new Diagnostics(scope, options);
}

class Diagnostics implements DiagnosticLogging {
  readonly modules: DiagnosticLoggingOptions["modules"];
  readonly captured: readonly string[];
  readonly #scope: Scope;
  readonly #options: DiagnosticLoggingOptions;
  readonly #folder: SessionFolder;
  readonly #redaction: Redaction;
  readonly #listeners: (() => void)[] = [];
  #running: { readonly session: Session; readonly scope: Scope } | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(scope: Scope, options: DiagnosticLoggingOptions) {
    this.#scope = scope;
    this.#options = options;
    this.modules = options.modules;
    this.captured = options.captures.map(({ name }) => name);
    this.#folder = new SessionFolder(options.folder);
    this.#redaction = new Redaction(options.secrets);
    scope.defer(() => this.#queue(() => this.#end("the role stopped")));
  }

  async state(): Promise<DiagnosticState> {
    if (this.#running) {
      const { session } = this.#running;
      return { state: "running", ...session.facts, ...(await session.parts()) };
    }
    const kept = this.#folder.kept();
    if (!kept) return { state: "none" };
    const { ended, ...facts } = kept;
    const { bytes } = this.#folder;
    if (!ended) return { state: "interrupted", bytes, ...facts };
    return { state: "stopped", endedAt: ended.at, why: ended.why, bytes, ...facts };
  }

  start(request: DiagnosticRequest): Promise<DiagnosticState> {
    return this.#queue(async () => {
      const { clock, modules, resolve } = this.#options;
      if (this.#running) {
        const since = new Date(this.#running.session.facts.startedAt).toISOString();
        throw fail("DIAGNOSTICS_RUNNING", { since });
      }
      for (const module of request.modules)
        if (!Object.hasOwn(modules, module))
          throw fail("DIAGNOSTICS_NO_MODULE", { module, modules: Object.keys(modules).join(", ") });
      const filter = await readFilter(request.addresses, request.ports, resolve);
      const startedAt = clock.now();
      const facts = { request, startedAt, endsAt: startedAt + request.minutes * 60_000 };
      this.#folder.begin(facts);
      const limits = { ...LIMITS, ...this.#options.limits };
      const deps = { options: this.#options, limits, folder: this.#folder, redaction: this.#redaction };
      const [session, scope] = [new Session(deps, facts), this.#scope.child()];
      this.#running = { session, scope };
      await session.begin(scope, filter, () => void this.#queue(() => this.#end("its time is over")));
      this.#changed();
      return this.state();
    });
  }

  marker(text: string): Promise<DiagnosticState> {
    return this.#queue(async () => {
      if (!this.#running) throw fail("DIAGNOSTICS_NOT_RUNNING");
      this.#running.session.marker(text.replace(/\p{C}/gu, " ").slice(0, LONGEST_MARKER));
      return this.state();
    });
  }

  stop(): Promise<DiagnosticState> {
    return this.#queue(async () => {
      if (!this.#running) throw fail("DIAGNOSTICS_NOT_RUNNING");
      await this.#end("stopped");
      return this.state();
    });
  }

  archive(): Promise<{ readonly name: string; readonly body: Readable }> {
    return this.#queue(async () => {
      await this.#running?.session.flush();
      const state = await this.state();
      if (state.state === "none") throw fail("DIAGNOSTICS_NOTHING");
      return archiveOf(state, this.#folder, this.#options, this.#redaction);
    });
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  async #end(why: string): Promise<void> {
    const running = this.#running;
    if (!running) return;
    this.#running = undefined;
    await running.session.end(why);
    await running.scope.close();
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  /** One at a time, in order. */
  #queue<T>(run: () => Promise<T>): Promise<T> {
    const next = this.#last.then(run, run);
    this.#last = next.catch(() => {});
    return next;
  }
}
