import { type Scope, textOf } from "#base";
import type { CaptureFilter, CaptureSource } from "#capture";
import type { DiagnosticLimits, DiagnosticLoggingOptions, SessionFacts, SessionParts } from "./contract.ts";
import { LogWriter } from "./log-writer.ts";
import type { Redaction } from "./redaction.ts";
import type { SessionFolder } from "./session-folder.ts";

export interface SessionDeps {
  readonly options: DiagnosticLoggingOptions;
  readonly limits: DiagnosticLimits;
  readonly folder: SessionFolder;
  readonly redaction: Redaction;
}

/** One diagnostic logging while it runs. */
export class Session {
  readonly facts: SessionFacts;
  readonly #deps: SessionDeps;
  readonly #log: LogWriter;
  readonly #captures: readonly CaptureSource[];
  readonly #stopTap: () => void;
  /** What the modules' levels were. */
  readonly #before: Readonly<Record<string, Parameters<DiagnosticLoggingOptions["levels"]["set"]>[1]>>;

  constructor(deps: SessionDeps, facts: SessionFacts) {
    const { options, limits, folder, redaction } = deps;
    const { modules, capture } = facts.request;
    this.#deps = deps;
    this.facts = facts;
    this.#log = new LogWriter(folder.path, limits.log, options.clock, redaction);
    this.#captures = capture ? options.captures.filter(({ name }) => modules.includes(name)) : [];
    this.#stopTap = options.levels.tap((line) => this.#log.add(line));
    this.#before = options.levels.own();
    for (const module of modules) options.levels.set(module, "debug");
  }

  /** `onOver` is called when its time is. */
  async begin(scope: Scope, filter: CaptureFilter, onOver: () => void): Promise<void> {
    const { options, folder, limits } = this.#deps;
    const { request, startedAt, endsAt } = this.facts;
    // Ended by its first run. Not `after`, which would keep the process alive until then.
    scope.every(endsAt - startedAt, onOver);
    options.log.info("diagnostic logging started", { ...request });
    const capture = { folder: folder.path, filter, snaplen: request.snaplen, limits: limits.capture };
    for (const source of this.#captures)
      await source.start(capture).catch((error: unknown) => {
        options.log.error("capture not started", { name: source.name, why: textOf(error) });
      });
    await this.#keepStatus("status-start.json");
  }

  marker(text: string): void {
    const line = `DEBUG_MARKER ${text}`;
    this.#deps.options.log.info(line);
    for (const capture of this.#captures) capture.note(line);
  }

  async end(why: string): Promise<void> {
    const { options, folder } = this.#deps;
    await this.#keepStatus("status-stop.json");
    options.log.info("diagnostic logging ended", { why });
    for (const module of this.facts.request.modules) options.levels.set(module, this.#before[module]);
    this.#stopTap();
    await Promise.allSettled(this.#captures.map((capture) => capture.stop()));
    await this.#log.close();
    folder.end({ ...this.facts, ended: { at: options.clock.now(), why } });
  }

  flush(): Promise<void> {
    return this.#log.flush();
  }

  async parts(): Promise<SessionParts> {
    const { lines, dropped, failure: why } = this.#log;
    const captures = await Promise.all(
      this.#captures.map(async (capture) => ({ name: capture.name, ...(await stateOf(capture)) })),
    );
    return { bytes: this.#deps.folder.bytes, log: { lines, dropped, why }, captures };
  }

  async #keepStatus(name: string): Promise<void> {
    const { options, folder, redaction } = this.#deps;
    const at = options.clock.now();
    try {
      const status = await Promise.resolve(options.status()).catch((error: unknown) => ({ failed: textOf(error) }));
      folder.write(name, JSON.stringify({ at, status: redaction.value(status) }, null, 2));
    } catch (error) {
      options.log.warn("status not kept", { why: textOf(error) });
    }
  }
}

/** The process that captures may be gone. */
async function stateOf(capture: CaptureSource) {
  try {
    return await capture.state();
  } catch (error) {
    return { state: "failed", why: textOf(error), packets: 0, dropped: 0, bytes: 0 } as const;
  }
}
