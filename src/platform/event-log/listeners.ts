import type { EventEntry } from "./contract.ts";

type Listener = (entry: EventEntry) => void;

/** Those who follow the log. One that throws is no reason for the writer of a line to fail. */
export class Listeners {
  readonly #listeners = new Set<Listener>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void = () => {}) {
    this.#onError = onError;
  }

  add(listener: Listener): () => void {
    const own: Listener = (entry) => listener(entry);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  tell(entry: EventEntry): void {
    for (const listener of [...this.#listeners])
      try {
        listener(entry);
      } catch (error) {
        this.#onError(error);
      }
  }
}
