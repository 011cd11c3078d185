/** Whoever wants to be told. */
export class Listeners<A extends unknown[]> {
  readonly #all = new Set<(...args: A) => void>();

  /** Returns the function that ends it. */
  add(listener: (...args: A) => void): () => void {
    this.#all.add(listener);
    return () => void this.#all.delete(listener);
  }
  tell(...args: A): void {
    for (const listener of [...this.#all]) listener(...args);
  }
}
