/** RFC 8656 7.2 wants 2 minutes before a port is given to another client, ms. */
const REST = 120_000;
/** RFC 8656 7.2: how long a reserved port waits for its token, ms (at least 30 s). */
const RESERVED_FOR = 30_000;

interface Reservation {
  readonly port: number;
  readonly user: string;
  readonly until: number;
}

/**
 * Ports for relays, in random order, so that they cannot be guessed. A port that comes back rests; only when all others
 * are in use is the one that rested longest taken early, since a refusal would be certain harm and a mix-up is a remote one.
 */
export class RelayPorts {
  readonly #free: number[] = [];
  readonly #resting = new Resting();
  readonly #reservations = new Map<string, Reservation>();
  readonly #total: number;
  readonly #random: (below: number) => number;

  /** `random` gives a whole number from 0 to `below` - 1. */
  constructor(first: number, last: number, random: (below: number) => number) {
    this.#total = last - first + 1;
    for (let port = first; port <= last; port++) this.#free.push(port);
    this.#random = random;
  }

  /** Undefined if all are in use. */
  take(now: number): number | undefined {
    this.#wake(now);
    if (this.#free.length > 0) return this.#removeAt(this.#random(this.#free.length));
    return this.#resting.shift();
  }

  /** An even port; with `reserve`, the next one is taken as well, to be reserved or given back by the caller. */
  takeEven(now: number, reserve: boolean): number | undefined {
    this.#wake(now);
    const free = new Set(this.#free);
    const even = this.#free.filter((port) => port % 2 === 0 && (!reserve || free.has(port + 1)));
    if (even.length === 0) return undefined;
    const port = even[this.#random(even.length)]!;
    this.#remove(port);
    if (reserve) this.#remove(port + 1);
    return port;
  }

  giveBack(port: number, now: number): void {
    this.#resting.push(port, now + REST);
  }

  reserve(token: string, port: number, user: string, now: number): void {
    this.#reservations.set(token, { port, user, until: now + RESERVED_FOR });
  }

  isReserved(token: string, now: number): boolean {
    this.#wake(now);
    return this.#reservations.has(token);
  }

  /** Ports that wait for tokens of that user. */
  reservedBy(user: string, now: number): number {
    this.#wake(now);
    let count = 0;
    for (const reservation of this.#reservations.values()) if (reservation.user === user) count++;
    return count;
  }

  /** The reserved port, once, and for the user who reserved it. */
  redeem(token: string, user: string, now: number): number | undefined {
    this.#wake(now);
    const reservation = this.#reservations.get(token);
    if (reservation?.user !== user) return undefined;
    this.#reservations.delete(token);
    return reservation.port;
  }

  hasRoom(now: number): boolean {
    this.#wake(now);
    return this.#free.length + this.#resting.size > 0;
  }

  /** How many are in which state. */
  gauge(now: number) {
    this.#wake(now);
    const [free, quarantined, reserved] = [this.#free.length, this.#resting.size, this.#reservations.size];
    return { used: this.#total - free - quarantined - reserved, free, quarantined, reserved };
  }

  #wake(now: number): void {
    for (const [token, { port, until }] of this.#reservations) {
      if (until > now) continue;
      this.#reservations.delete(token);
      this.#free.push(port);
    }
    while (this.#resting.next <= now) this.#free.push(this.#resting.shift()!);
  }

  #remove(port: number): void {
    this.#removeAt(this.#free.indexOf(port));
  }

  #removeAt(at: number): number {
    const port = this.#free[at]!;
    const last = this.#free.pop()!;
    if (at < this.#free.length) this.#free[at] = last;
    return port;
  }
}

/** Those that rest, the longest first. A Map would do, but for the holes that it keeps where it has been emptied. */
class Resting {
  #ports: { readonly port: number; readonly until: number }[] = [];
  #first = 0;

  get size(): number {
    return this.#ports.length - this.#first;
  }

  /** Until when the first one rests. */
  get next(): number {
    return this.#ports[this.#first]?.until ?? Number.POSITIVE_INFINITY;
  }

  push(port: number, until: number): void {
    this.#ports.push({ port, until });
  }

  shift(): number | undefined {
    const port = this.#ports[this.#first]?.port;
    if (port === undefined) return undefined;
    this.#first++;
    if (this.#first * 2 > this.#ports.length) {
      this.#ports = this.#ports.slice(this.#first);
      this.#first = 0;
    }
    return port;
  }
}
