/** A tuple, as far as the choice needs it. */
export interface Nominee {
  /** The generation of ICE credentials whose latest check here carried USE-CANDIDATE. */
  nominatedIn: object | undefined;
}

/** How long the path must have been silent before media from elsewhere moves it: longer than packets overtake others. */
const SILENT_FOR_US = 250_000;

/**
 * Which of a client's tuples is sent to. A nomination is news once: clients that nominate aggressively (RFC 5245 8.1.1.2,
 * Firefox) put USE-CANDIDATE into every check, and go on with those whose answers do not reach them. What such a client
 * itself sends, handshake and media, shows which of the nominated it has chosen.
 */
export class PathChoice<T extends Nominee> {
  readonly #onMove: (left: T | undefined, taken: T) => void;
  #path: T | undefined;
  #heardAtUs = 0;

  constructor(onMove: (left: T | undefined, taken: T) => void) {
    this.#onMove = onMove;
  }

  get path(): T | undefined {
    return this.#path;
  }

  /** An authentic check with (RFC 8445 7.3.1.5) or without USE-CANDIDATE. */
  checked(tuple: T, nominatedIn: object | undefined, nowUs: number): void {
    const isNews = nominatedIn !== undefined && tuple.nominatedIn !== nominatedIn;
    tuple.nominatedIn = nominatedIn;
    if (isNews || !this.#path) this.#move(tuple, nowUs);
  }

  /** A datagram of the handshake, which cannot be authenticated: only a nominated tuple may move the path by it. */
  shookHands(tuple: T, nowUs: number): void {
    if (tuple.nominatedIn !== undefined) this.#move(tuple, nowUs);
  }

  /** An authentic packet. */
  heard(tuple: T, nowUs: number): void {
    if (tuple === this.#path || nowUs - this.#heardAtUs > SILENT_FOR_US) this.#move(tuple, nowUs);
  }

  #move(tuple: T, nowUs: number): void {
    const left = this.#path;
    this.#path = tuple;
    this.#heardAtUs = nowUs;
    if (left !== tuple) this.#onMove(left, tuple);
  }
}
