import { addressKey, rememberedKey, type TransportAddress } from "#base";
import type { Link } from "./link.ts";
import type { Nominee } from "./path.ts";

/** A path that has carried an authentic ICE check of its owner. */
export interface Tuple<Owner> extends Nominee {
  readonly link: Link;
  readonly peer: TransportAddress;
  readonly owner: Owner;
  /** Monotonic, of the latest authentic packet. */
  heardAtUs: number;
}

/** RFC 8445 gathers a few addresses per interface; each of them may reach each of our links. */
const MAX_PER_OWNER = 16;
/** While its owner is heard this often, a tuple is not given to another. */
const OWNED_FOR_US = 5_000_000;

/** Which transport a packet from an address on a link belongs to. Filled by authentic checks only. */
export class TupleTable<Owner> {
  readonly #byLink = new Map<Link, Map<string, Tuple<Owner>>>();
  readonly #byOwner = new Map<Owner, Set<Tuple<Owner>>>();

  find(link: Link, from: TransportAddress): Tuple<Owner> | undefined {
    return this.#byLink.get(link)?.get(rememberedKey(from));
  }

  /**
   * The owner's tuple for this address, made if need be. Undefined if it is another's and alive: a participant who
   * forges the source address of a check must not take a neighbour's media over. `keep` survives the cap.
   */
  claim(
    link: Link,
    peer: TransportAddress,
    owner: Owner,
    nowUs: number,
    keep?: Tuple<Owner>,
  ): Tuple<Owner> | undefined {
    const known = this.find(link, peer);
    if (known?.owner === owner) {
      known.heardAtUs = nowUs;
      return known;
    }
    if (known && nowUs - known.heardAtUs < OWNED_FOR_US) return undefined;
    if (known) this.#remove(known);
    const { address, port } = peer;
    const tuple = { link, peer: { address, port }, owner, heardAtUs: nowUs, nominatedIn: undefined };
    this.#add(tuple);
    this.#enforceCap(owner, tuple, keep);
    return tuple;
  }

  /** Forgets all tuples of one owner and returns them. */
  removeOwner(owner: Owner): Tuple<Owner>[] {
    const tuples = [...(this.#byOwner.get(owner) ?? [])];
    for (const tuple of tuples) this.#remove(tuple);
    return tuples;
  }

  /** Forgets what came over a link that is no more. */
  removeLink(link: Link): void {
    for (const tuple of [...(this.#byLink.get(link)?.values() ?? [])]) this.#remove(tuple);
  }

  get size(): number {
    let size = 0;
    for (const tuples of this.#byOwner.values()) size += tuples.size;
    return size;
  }

  #add(tuple: Tuple<Owner>): void {
    const ofLink = this.#byLink.get(tuple.link) ?? new Map<string, Tuple<Owner>>();
    this.#byLink.set(tuple.link, ofLink.set(addressKey(tuple.peer), tuple));
    const ofOwner = this.#byOwner.get(tuple.owner) ?? new Set<Tuple<Owner>>();
    this.#byOwner.set(tuple.owner, ofOwner.add(tuple));
  }

  #remove(tuple: Tuple<Owner>): void {
    this.#byLink.get(tuple.link)?.delete(addressKey(tuple.peer));
    const ofOwner = this.#byOwner.get(tuple.owner);
    ofOwner?.delete(tuple);
    if (ofOwner?.size === 0) this.#byOwner.delete(tuple.owner);
  }

  #enforceCap(owner: Owner, ...keep: (Tuple<Owner> | undefined)[]): void {
    const ofOwner = this.#byOwner.get(owner);
    if (!ofOwner || ofOwner.size <= MAX_PER_OWNER) return;
    const candidates = [...ofOwner].filter((tuple) => !keep.includes(tuple));
    const stalest = candidates.reduce((a, b) => (b.heardAtUs < a.heardAtUs ? b : a));
    this.#remove(stalest);
  }
}
