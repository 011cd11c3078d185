/** What may be answered now under /.well-known/acme-challenge/ (RFC 8555 8.3): an order's tokens, and only while it is open. */
export class Challenges {
  readonly #answers = new Map<string, string>();

  get(token: string): string | undefined {
    return this.#answers.get(token);
  }

  /** Returns what takes it away again. */
  add(token: string, keyAuthorization: string): () => void {
    this.#answers.set(token, keyAuthorization);
    return () => this.#answers.delete(token);
  }
}
