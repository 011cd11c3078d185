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
  /** How each child ends, oldest first. One that has ended by itself is taken out: a scope that lives for years stays small. */
  readonly #children = new Set<() => unknown>();
  readonly #abort = new AbortController();
  #closing: Promise<void> | undefined;
  #reason: CloseReason | undefined;
  /** Tells the owner that there is nothing left to close. */
  #gone: () => void = () => {};

  /** Aborted with the close reason as soon as closing begins, before the first child is closed. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** The reason of the close that has begun, or undefined while open. */
  get closed(): CloseReason | undefined {
    return this.#reason;
  }

  own<T extends AsyncDisposable | Disposable>(resource: T): T {
    this.defer(async () => {
      if (Symbol.asyncDispose in resource) await resource[Symbol.asyncDispose]();
      else resource[Symbol.dispose]();
    });
    return resource;
  }

  /** Runs when this scope closes; later registrations run first. */
  defer(run: () => void | Promise<void>): void {
    if (this.#reason) throw new ScopeClosedError(this.#reason);
    this.#children.add(() => run());
  }

  /** A scope that closes with this one, or earlier by itself. */
  child(): Scope {
    if (this.#reason) throw new ScopeClosedError(this.#reason);
    const child = new Scope();
    const close = () => child.close();
    this.#children.add(close);
    child.#gone = () => this.#children.delete(close);
    return child;
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
    const errors: unknown[] = [];
    for (const end of [...this.#children].reverse()) await settle(end, errors);
    this.#children.clear();
    this.#gone();
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1) throw new AggregateError(errors, "several children did not close");
  }
}

/** Every child is closed, whatever becomes of the others. */
async function settle(end: () => unknown, errors: unknown[]): Promise<void> {
  try {
    await end();
  } catch (error) {
    errors.push(error);
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
