/** Something that can show itself in a `<video>`: returns how to stop showing it. */
export interface Picture {
  /** Changes when another picture takes its place. */
  readonly id: string;
  readonly attach: (element: HTMLVideoElement) => () => void;
}

/** One person of the meeting as the views need it. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly isSelf: boolean;
  readonly isHost: boolean;
  readonly speaking: boolean;
  readonly micOn: boolean;
  readonly camera?: Picture;
  readonly screen?: Picture;
  /** Milliseconds of some clock; 0 if never. */
  readonly lastSpokeAt: number;
  readonly joinedAt: number;
  readonly poorConnection: boolean;
}

export interface Stage {
  /** Who shares a screen, if anyone does. */
  readonly screenOf: Person | undefined;
  readonly tiles: readonly Person[];
  /** How many people have no tile of their own. */
  readonly hidden: number;
}

/** Who has a tile, in an order that changes as little as possible: you first, then by arrival; of too many, those who spoke last. */
export function stageOf(people: readonly Person[], most: number): Stage {
  const shown = people.length <= most ? people : chosen(people, most - 1);
  return {
    screenOf: newestScreen(people),
    tiles: [...shown].sort(selfThenArrival),
    hidden: people.length - shown.length,
  };
}

function chosen(people: readonly Person[], count: number): readonly Person[] {
  const bySpeech = [...people].sort(
    (a, b) => Number(b.isSelf) - Number(a.isSelf) || b.lastSpokeAt - a.lastSpokeAt || selfThenArrival(a, b),
  );
  return bySpeech.slice(0, count);
}

function selfThenArrival(a: Person, b: Person): number {
  return Number(b.isSelf) - Number(a.isSelf) || a.joinedAt - b.joinedAt || (a.id < b.id ? -1 : 1);
}

/** Another's screen goes before one's own: nobody needs to be shown what they already see. */
function newestScreen(people: readonly Person[]): Person | undefined {
  const sharing = people.filter((person) => person.screen);
  return sharing.find((person) => !person.isSelf) ?? sharing[0];
}

export interface Change {
  readonly what: "joined" | "left";
  readonly name: string;
}

/** Who came and went, for those who cannot see the tiles. */
export function changesBetween(before: readonly Person[], after: readonly Person[]): readonly Change[] {
  const without = (people: readonly Person[], others: readonly Person[]) =>
    people.filter((person) => !person.isSelf && !others.some((other) => other.id === person.id));
  return [
    ...without(after, before).map(({ name }) => ({ what: "joined", name }) as const),
    ...without(before, after).map(({ name }) => ({ what: "left", name }) as const),
  ];
}
