export interface Area {
  readonly width: number;
  readonly height: number;
}

export interface Grid extends Area {
  readonly columns: number;
  readonly rows: number;
}

/** Width to height of a tile: from upright (a phone held upright) to what a camera sends. */
const NARROWEST = 3 / 4;
const WIDEST = 16 / 9;

/** Most tiles that are drawn; the rest are counted in the last one. */
export const MOST_TILES = 25;

/** The grid in which `count` equal tiles are largest. Sizes in CSS pixels, `gap` between tiles and not around them. */
export function gridFor(count: number, area: Area, gap: number): Grid {
  let best: Grid = { columns: 1, rows: 1, width: 0, height: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const tile = fit((area.width - gap * (columns - 1)) / columns, (area.height - gap * (rows - 1)) / rows);
    if (tile.width * tile.height > best.width * best.height) best = { columns, rows, ...tile };
  }
  return best;
}

function fit(width: number, height: number): Area {
  if (width <= 0 || height <= 0) return { width: 0, height: 0 };
  const fitted = width / height > WIDEST ? { width: height * WIDEST, height } : { width, height };
  const upright = fitted.width / fitted.height < NARROWEST;
  return {
    width: Math.floor(fitted.width),
    height: Math.floor(upright ? fitted.width / NARROWEST : fitted.height),
  };
}

/** Where the strip of tiles goes while a screen is shared, and how large its tiles are. */
export function stripFor(area: Area): { readonly side: "right" | "bottom"; readonly tile: Area } {
  if (area.width / area.height >= 1.25) {
    const width = Math.round(Math.min(260, Math.max(140, area.width * 0.18)));
    return { side: "right", tile: { width, height: Math.round((width * 9) / 16) } };
  }
  const height = Math.round(Math.min(140, Math.max(84, area.height * 0.14)));
  return { side: "bottom", tile: { width: Math.round((height * 4) / 3), height } };
}
