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

/**
 * The grid in which `count` equal tiles show most: large tiles, and little cut off of what cameras send.
 * Sizes in CSS pixels, `gap` between tiles and not around them.
 */
export function gridFor(count: number, area: Area, gap: number): Grid {
  let best: Grid = { columns: 1, rows: 1, width: 0, height: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const tile = fit((area.width - gap * (columns - 1)) / columns, (area.height - gap * (rows - 1)) / rows);
    if (worth(tile) > worth(best)) best = { columns, rows, ...tile };
  }
  return best;
}

/** The area, less for an upright tile: a wide picture fills it and loses its sides. */
function worth({ width, height }: Area): number {
  return height === 0 ? 0 : width * height * Math.sqrt(Math.min(1, width / height / WIDEST));
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

export interface Sharing {
  readonly side: "right" | "bottom";
  /** Height of the shared screen if the tiles are below it; beside them it takes what is left. */
  readonly screenHeight?: number;
  readonly tile: Area;
}

/** Where the tiles go while a screen is shared: a strip at the side of a wide area, the lower part of an upright one. */
export function sharingFor(count: number, area: Area, gap: number): Sharing {
  if (area.width / area.height >= 1.1) {
    const width = Math.round(Math.min(260, Math.max(120, area.width * 0.18)));
    return { side: "right", tile: { width, height: Math.round((width * 9) / 16) } };
  }
  const screenHeight = Math.round(Math.min(area.height * 0.62, (area.width * 10) / 16));
  const below = { width: area.width, height: area.height - screenHeight - gap };
  return { side: "bottom", screenHeight, tile: gridFor(count, below, gap) };
}

/** Whether two people are shown as one large tile and one in its corner: only where the large one is not too upright. */
export function pairFor(area: Area): Area | undefined {
  if (area.width / area.height < 1) return undefined;
  return { width: Math.min(area.width, Math.floor(area.height * WIDEST)), height: Math.floor(area.height) };
}
