import { type ReadonlySignal, signal } from "@preact/signals";
import { type FailureFacts, factsOf } from "./failure.ts";
import type { Server } from "./server.ts";

export type LiveState<T> =
  | { readonly state: "loading" }
  | { readonly state: "failed"; readonly why: FailureFacts }
  /** `at`: when it came, by the clock of this machine. `stale`: the last question had no answer. */
  | { readonly state: "known"; readonly value: T; readonly at: number; readonly stale: boolean };

/** Asks again and again while the page is looked at; what was known stays while the server is away. */
export class Live<T> {
  readonly #value = signal<LiveState<T>>({ state: "loading" });
  readonly #server: Server;
  readonly #path: string;
  readonly #everyMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running = false;

  constructor(server: Server, path: string, everyMs: number) {
    this.#server = server;
    this.#path = path;
    this.#everyMs = everyMs;
  }

  get value(): ReadonlySignal<LiveState<T>> {
    return this.#value;
  }

  start(): () => void {
    this.#running = true;
    const shown = () => !document.hidden && this.refresh(true);
    document.addEventListener("visibilitychange", shown);
    void this.refresh();
    return () => {
      this.#running = false;
      clearTimeout(this.#timer);
      document.removeEventListener("visibilitychange", shown);
    };
  }

  async refresh(background = false): Promise<void> {
    clearTimeout(this.#timer);
    try {
      const value = await this.#server.get<T>(this.#path, background);
      if (this.#running) this.#value.value = { state: "known", value, at: Date.now(), stale: false };
    } catch (error) {
      if (this.#running) this.#failed(factsOf(error));
    }
    clearTimeout(this.#timer);
    if (this.#running && !document.hidden) this.#timer = setTimeout(() => void this.refresh(true), this.#everyMs);
  }

  #failed(why: FailureFacts): void {
    const before = this.#value.value;
    this.#value.value = before.state === "known" ? { ...before, stale: true } : { state: "failed", why };
  }
}
