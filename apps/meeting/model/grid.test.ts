import assert from "node:assert/strict";
import { test } from "node:test";
import { gridFor, MOST_TILES, pairFor, sharingFor } from "./grid.ts";

const desktop = { width: 1440, height: 780 };
const phone = { width: 374, height: 700 };
const shape = (count: number, area: typeof phone) => {
  const { columns, rows } = gridFor(count, area, 8);
  return `${columns}x${rows}`;
};

test("two people sit side by side on a desktop and above each other on a phone", () => {
  assert.equal(shape(2, desktop), "2x1");
  assert.equal(shape(2, phone), "1x2");
});

test("three people are not squeezed into upright tiles where there is room for wide ones", () => {
  assert.equal(shape(3, { width: 1248, height: 660 }), "2x2");
  assert.equal(shape(3, { width: 1800, height: 500 }), "3x1");
});

test("usual sizes have the usual shapes", () => {
  assert.deepEqual(
    [1, 4, 6, 9, 16, 25].map((count) => shape(count, desktop)),
    ["1x1", "2x2", "3x2", "3x3", "4x4", "5x5"],
  );
  assert.deepEqual(
    [1, 4, 6].map((count) => shape(count, phone)),
    ["1x1", "1x4", "2x3"],
  );
});

test("whatever the area, all tiles fit in it, and none is thinner or flatter than allowed", () => {
  for (const area of [
    desktop,
    phone,
    { width: 820, height: 1100 },
    { width: 780, height: 300 },
    { width: 200, height: 200 },
  ])
    for (let count = 1; count <= MOST_TILES; count++) {
      const grid = gridFor(count, area, 8);
      assert.ok(grid.columns * grid.rows >= count);
      assert.ok(grid.columns * grid.width + 8 * (grid.columns - 1) <= area.width, `${count} in ${area.width} wide`);
      assert.ok(grid.rows * grid.height + 8 * (grid.rows - 1) <= area.height, `${count} in ${area.height} high`);
      const aspect = grid.width / grid.height;
      assert.ok(aspect > 0.72 && aspect < 1.85, `${count}: ${aspect}`);
    }
});

test("no area gives no tile, and no endless loop", () => {
  assert.deepEqual(gridFor(3, { width: 0, height: 0 }, 8), { columns: 1, rows: 1, width: 0, height: 0 });
  assert.deepEqual(gridFor(0, desktop, 8), { columns: 1, rows: 1, width: 0, height: 0 });
});

test("a shared screen leaves the side of a wide area to the tiles, and the lower part of an upright one", () => {
  assert.equal(sharingFor(5, desktop, 8).side, "right");
  const upright = sharingFor(5, phone, 8);
  assert.equal(upright.side, "bottom");
  const { columns, rows, width, height } = gridFor(5, { width: 374, height: 700 - upright.screenHeight! - 8 }, 8);
  assert.deepEqual([upright.tile.width, upright.tile.height], [width, height]);
  assert.ok(columns * width <= 374 && upright.screenHeight! + 8 + rows * height <= 700);
});

test("two people share one large tile only where it is not upright", () => {
  assert.equal(pairFor(phone), undefined);
  assert.deepEqual(pairFor(desktop), { width: 1386, height: 780 });
});
