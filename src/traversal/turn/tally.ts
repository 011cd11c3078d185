/**
 * Counts by word. Keys come from our own tables only, never from the wire, so that it cannot grow without bound. A few
 * words and their counts in turn, in one array that is made with the first: each of thousands of allocations has two.
 */
export class Tally {
  #counts: (string | number)[] | undefined;

  add(key: string): void {
    this.#counts ??= [];
    const at = this.#counts.indexOf(key);
    if (at < 0) this.#counts.push(key, 1);
    else this.#counts[at + 1] = (this.#counts[at + 1] as number) + 1;
  }

  toJSON(): Readonly<Record<string, number>> {
    const all: Record<string, number> = {};
    const counts = this.#counts ?? [];
    for (let at = 0; at < counts.length; at += 2) all[counts[at] as string] = counts[at + 1] as number;
    return all;
  }
}
