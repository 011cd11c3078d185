import { type Area, gridFor, MOST_TILES, pairFor, type Sharing, sharingFor } from "../model/grid.ts";
import { type Person, stageOf } from "../model/people.ts";
import { useStrings } from "./strings.ts";
import { PictureView, sized, Tile } from "./tile.tsx";
import { useSize } from "./use-size.ts";

/** In CSS pixels. */
const GAP = 10;

/** Everyone: a grid, a pair, or a shared screen with the tiles beside it. */
export function Stage({ people }: { readonly people: readonly Person[] }) {
  const { ref, size } = useSize<HTMLDivElement>();
  return (
    <div class="stage" ref={ref}>
      {size.width > 0 && <Arranged stage={stageOf(people, MOST_TILES)} area={size} />}
    </div>
  );
}

function Arranged({ stage, area }: { readonly stage: ReturnType<typeof stageOf>; readonly area: Area }) {
  const { screenOf, tiles, hidden } = stage;
  const count = tiles.length + (hidden > 0 ? 1 : 0);
  if (screenOf)
    return <Shared screenOf={screenOf} tiles={tiles} hidden={hidden} sharing={sharingFor(count, area, GAP)} />;
  const pair = count === 2 ? pairFor(area) : undefined;
  if (pair) return <Pair tiles={tiles} size={pair} />;
  const size = gridFor(count, area, GAP);
  return (
    <div class="grid">
      <Tiles tiles={tiles} hidden={hidden} size={size} />
    </div>
  );
}

/** Two people: the other one large, oneself in the corner. */
function Pair({ tiles, size }: { readonly tiles: readonly Person[]; readonly size: Area }) {
  const other = tiles.find((person) => !person.isSelf) ?? tiles[1]!;
  const self = tiles.find((person) => person !== other)!;
  return (
    <div class="grid">
      <div class="pair" style={sized(size)}>
        <Tile key={other.id} person={other} size={size} />
        <Tile key={self.id} person={self} floating />
      </div>
    </div>
  );
}

interface SharedProps {
  readonly screenOf: Person;
  readonly tiles: readonly Person[];
  readonly hidden: number;
  readonly sharing: Sharing;
}

function Shared({ screenOf, tiles, hidden, sharing }: SharedProps) {
  const { meeting } = useStrings();
  const title = screenOf.isSelf ? meeting.youShare : meeting.screenOf(screenOf.name);
  const height = sharing.screenHeight === undefined ? undefined : { height: `${sharing.screenHeight}px` };
  return (
    <div class={`shared shared-${sharing.side}`}>
      <figure class="screen" style={height} data-testid="screen" aria-label={title}>
        {screenOf.screen && <PictureView picture={screenOf.screen} waiting={meeting.waitingForPicture} />}
        <figcaption class="tile-label">
          <span class="tile-name">{title}</span>
        </figcaption>
      </figure>
      <div class="strip">
        <Tiles tiles={tiles} hidden={hidden} size={sharing.tile} />
      </div>
    </div>
  );
}

function Tiles({
  tiles,
  hidden,
  size,
}: {
  readonly tiles: readonly Person[];
  readonly hidden: number;
  readonly size: Area;
}) {
  return (
    <>
      {tiles.map((person) => (
        <Tile key={person.id} person={person} size={size} />
      ))}
      {hidden > 0 && <Others count={hidden} size={size} />}
    </>
  );
}

function Others({
  count,
  size,
}: {
  readonly count: number;
  readonly size: { readonly width: number; readonly height: number };
}) {
  const { meeting } = useStrings();
  return (
    <div class="tile others" style={sized(size)}>
      {meeting.others(count)}
    </div>
  );
}
