import { duration, type Log, type Scope, textOf } from "#base";
import type { EventLog } from "#event-log";
import type { BlockedRow, EdgeProxy, Protection } from "#proxy";
import type { TurnWorker } from "#turn";

export interface BlockingParts {
  readonly protection: Pick<Protection, "inForce" | "onChange" | "exempt">;
  readonly proxy: Pick<EdgeProxy, "endBlocked">;
  readonly turn: Pick<TurnWorker, "block">;
  readonly events: EventLog;
  readonly log: Log;
}

/**
 * Makes a block count for what is there already: it ends the source's connections and TURN allocations, keeps TURN shut to
 * it, and tells of it in one line of the event log.
 */
export class Blocking {
  readonly #scope: Scope;
  readonly #parts: BlockingParts;
  /** The blocks that were in force at the last look. */
  #known: readonly BlockedRow[] = [];
  #told = "";
  #looking = false;

  constructor(scope: Scope, parts: BlockingParts) {
    this.#scope = scope;
    this.#parts = parts;
    scope.defer(parts.protection.onChange(() => this.look()));
  }

  /** To be called when blocks or their rules have changed. What the source is being answered just now still leaves. */
  look(): void {
    if (this.#looking || this.#scope.closed) return;
    this.#looking = true;
    this.#scope.after(0, () => {
      this.#looking = false;
      void this.#apply();
    });
  }

  async #apply(): Promise<void> {
    const { protection, proxy } = this.#parts;
    const before = this.#known;
    this.#known = protection.inForce();
    const isNew = ({ source, since }: BlockedRow) =>
      !before.some((one) => one.source === source && one.since === since);
    const fresh = this.#known.filter(isNew);
    const connections = fresh.length > 0 ? proxy.endBlocked() : new Map<string, number>();
    const allocations = await this.#tellTurn();
    for (const row of fresh) this.#write(row, connections.get(row.source) ?? 0, allocations[row.source] ?? 0);
  }

  async #tellTurn(): Promise<Readonly<Record<string, number>>> {
    const { protection, turn, log } = this.#parts;
    const sources = { networks: this.#known.map(({ source }) => source), exempt: protection.exempt };
    const text = JSON.stringify(sources);
    if (text === this.#told) return {};
    this.#told = text;
    // A worker that is being started anew has nothing open, and begins with these.
    return turn.block(sources).catch((error: unknown) => {
      log.info("TURN was not told of a block", { why: textOf(error) });
      return {};
    });
  }

  #write({ source, since, until, why }: BlockedRow, connections: number, allocations: number): void {
    const ended = `${connections} connections and ${allocations} TURN allocations ended`;
    this.#parts.events.write("warning", `source ${source} blocked for ${duration(until - since)} (${why}): ${ended}`);
  }
}
