import type { EdgeState } from "#media";

type Failed = Extract<EdgeState, { state: "failed" }>;

interface Entry {
  readonly worker: number;
  readonly state: EdgeState;
  /** Kept while it is tried again: it stands until the edge is ready. */
  readonly failed: Failed | undefined;
}

/** What all media workers say of the edges, taken together. */
export class Edges {
  readonly #entries = new Map<string, Entry>();

  update(worker: number, state: EdgeState): void {
    const key = `${worker}|${state.id}`;
    const before = this.#entries.get(key);
    const failed = state.state === "failed" ? state : state.state === "ready" ? undefined : before?.failed;
    this.#entries.set(key, { worker, state, failed });
  }

  /** The worker's process is gone, and its allocations with it. */
  forget(worker: number): void {
    for (const [key, entry] of this.#entries) if (entry.worker === worker) this.#entries.delete(key);
  }

  /** What was said of these edges counts no more: they are gone or others now. */
  drop(ids: readonly string[]): void {
    for (const [key, { state }] of this.#entries) if (ids.includes(state.id)) this.#entries.delete(key);
  }

  get all(): readonly { readonly worker: number; readonly state: EdgeState }[] {
    return [...this.#entries.values()].map(({ worker, state }) => ({ worker, state }));
  }

  /**
   * The failure that keeps guests outside from having media: set if there is no edge that is ready or being tried for the
   * first time. "Refused credentials" counts before "unreachable": it does not mend itself.
   */
  get failure(): { readonly code: string; readonly detail: string } | undefined {
    const entries = [...this.#entries.values()];
    const failed = entries.flatMap((entry) => (entry.failed ? [entry.failed] : []));
    if (failed.length === 0 || failed.length < entries.length) return undefined;
    return failed.find(({ code }) => code === "TURN_CLIENT_UNAUTHORIZED") ?? failed[0];
  }
}
