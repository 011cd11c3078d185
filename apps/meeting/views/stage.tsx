import { type Area, gridFor, MOST_TILES, stripFor } from "../model/grid.ts";
import { type Person, stageOf } from "../model/people.ts";
import { useStrings } from "./strings.ts";
import { PictureView, Tile } from "./tile.tsx";
import { useSize } from "./use-size.ts";

/** In CSS pixels. */
const GAP = 10;

/** Everyone: a grid, or a shared screen with a strip of tiles. */
export function Stage({ people }: { readonly people: readonly Person[] }) {
  const { ref, size } = useSize<HTMLDivElement>();
  const { screenOf, tiles, hidden } = stageOf(people, MOST_TILES);
  const ready = size.width > 0;
  return (
    <div class="stage" ref={ref}>
      {ready && screenOf && <Shared screenOf={screenOf} tiles={tiles} hidden={hidden} side={stripFor(size)} />}
      {ready && !screenOf && tiles.length === 2 && <Pair tiles={tiles} area={size} />}
      {ready && !screenOf && tiles.length !== 2 && (
        <div class="grid">
          {tiles.map((person) => (
            <Tile key={person.id} person={person} size={gridFor(tiles.length + (hidden ? 1 : 0), size, GAP)} />
          ))}
          {hidden > 0 && <Others count={hidden} size={gridFor(tiles.length + 1, size, GAP)} />}
        </div>
      )}
    </div>
  );
}

/** Two people: the other one large, oneself in a corner. */
function Pair({ tiles, area }: { readonly tiles: readonly Person[]; readonly area: Area }) {
  const other = tiles.find((person) => !person.isSelf) ?? tiles[1]!;
  const self = tiles.find((person) => person !== other)!;
  return (
    <div class="pair">
      <Tile
        key={other.id}
        person={other}
        size={{ width: Math.min(area.width, (area.height * 16) / 9), height: area.height }}
      />
      <Tile key={self.id} person={self} floating />
    </div>
  );
}

interface SharedProps {
  readonly screenOf: Person;
  readonly tiles: readonly Person[];
  readonly hidden: number;
  readonly side: ReturnType<typeof stripFor>;
}

function Shared({ screenOf, tiles, hidden, side }: SharedProps) {
  const { meeting } = useStrings();
  const title = screenOf.isSelf ? meeting.youShare : meeting.screenOf(screenOf.name);
  return (
    <div class={`shared shared-${side.side}`}>
      <figure class="screen" data-testid="screen" aria-label={title}>
        {screenOf.screen && <PictureView picture={screenOf.screen} waiting={meeting.waitingForPicture} />}
        <figcaption class="tile-label">
          <span class="tile-name">{title}</span>
        </figcaption>
      </figure>
      <div class="strip">
        {tiles.map((person) => (
          <Tile key={person.id} person={person} size={side.tile} />
        ))}
        {hidden > 0 && <Others count={hidden} size={side.tile} />}
      </div>
    </div>
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
    <div class="tile others" style={{ width: size.width, height: size.height }}>
      {meeting.others(count)}
    </div>
  );
}
