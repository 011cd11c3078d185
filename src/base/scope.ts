/** An event source as Node (`on`/`off`) and ws know it. */
export interface Emitter {
  on(event: string, listener: (...args: never[]) => void): unknown;
  off(event: string, listener: (...args: never[]) => void): unknown;
}

/** Why something ended: "owner-closed" if its owner went first, otherwise the code of whoever asked. */
export interface CloseReason {
  readonly code: string;
  readonly detail?: string;
}

const OWNER_CLOSED: CloseReason = { code: "owner-closed" };

/**
 * The owner of everything alive: sockets, timers, listeners, child scopes. Children close last in, first out; `close` is
 * idempotent and a second call waits for the first. Nothing outside `base/` sets a timer or a listener by itself, so
 * that nothing can outlive its owner (docs/lifetimes.md).
 */
export class Scope implements AsyncDisposable {
  readonly #stack = new AsyncDisposableStack();
  readonly #abort = new AbortController();
  #closing: Promise<void> | undefined;
  #reason: CloseReason | undefined;

  /** Aborted with the close reason as soon as closing begins, before the first child is closed. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** The reason of the close that has begun, or undefined while open. */
  get closed(): CloseReason | undefined {
    return this.#reason;
  }

  own<T extends AsyncDisposable | Disposable>(resource: T): T {
    return this.#stack.use(resource);
  }

  /** Runs when this scope closes; later registrations run first. */
  defer(run: () => void | Promise<void>): void {
    this.#stack.defer(run);
  }

  /** A scope that closes with this one, or earlier by itself. */
  child(): Scope {
    return this.own(new Scope());
  }

  /** Calls `run` once after `ms` milliseconds, unless cancelled or closed before. */
  after(ms: number, run: () => void): { cancel(): void } {
    if (this.#reason) return { cancel: () => {} };
    const timer = this.#timer(
      setTimeout(() => {
        timer.cancel();
        run();
      }, ms),
    );
    return timer;
  }

  /** Calls `run` every `ms` milliseconds until cancelled or closed. Keeps the process alive only if `keepAlive`. */
  every(ms: number, run: () => void, keepAlive = false): { cancel(): void } {
    if (this.#reason) return { cancel: () => {} };
    const timer = setInterval(run, ms);
    if (!keepAlive) timer.unref();
    return this.#timer(timer);
  }

  /** Listens until this scope closes or the returned function is called. */
  on<A extends unknown[]>(
    emitter: Emitter | NodeJS.EventEmitter,
    event: string,
    listener: (...args: A) => void,
  ): () => void {
    const source = emitter as Emitter;
    const typed = listener as unknown as (...args: never[]) => void;
    if (this.#reason) return () => {};
    source.on(event, typed);
    const stop = () => {
      source.off(event, typed);
      this.#live.delete(stop);
    };
    this.#live.add(stop);
    return stop;
  }

  /** Resolves after `ms`, rejects with the close reason if this scope closes first. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => reject(new ScopeClosedError(this.#reason ?? OWNER_CLOSED));
      if (this.#reason) return stop();
      this.#live.add(stop);
      this.after(ms, () => {
        this.#live.delete(stop);
        resolve();
      });
    });
  }

  close(reason: CloseReason = OWNER_CLOSED): Promise<void> {
    this.#closing ??= this.#close(reason);
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Timers and listeners come and go often, so they are kept in a set and not on the stack. */
  readonly #live = new Set<() => void>();

  #timer(timer: NodeJS.Timeout): { cancel(): void } {
    const cancel = () => {
      clearTimeout(timer);
      this.#live.delete(cancel);
    };
    this.#live.add(cancel);
    return { cancel };
  }

  async #close(reason: CloseReason): Promise<void> {
    this.#reason = reason;
    this.#abort.abort(new ScopeClosedError(reason));
    for (const stop of [...this.#live]) stop();
    this.#live.clear();
    await this.#stack.disposeAsync();
  }
}

export class ScopeClosedError extends Error {
  readonly code = "SCOPE_CLOSED";
  readonly reason: CloseReason;
  constructor(reason: CloseReason) {
    super(`closed: ${reason.code}${reason.detail ? ` (${reason.detail})` : ""}`);
    this.reason = reason;
  }
}
