import assert from "node:assert/strict";
import { test } from "node:test";
import { after, before, nearest, range } from "./paging.ts";

test("pages lead to those before and after them, and no further", () => {
  const page = (offset: number) => ({ offset, size: 20, total: 45 });
  assert.deepEqual([before(page(0)), after(page(0))], [undefined, 20]);
  assert.deepEqual([before(page(40)), after(page(40))], [20, undefined]);
  assert.equal(before(page(5)), 0);
  assert.deepEqual(range(page(40)), { first: 41, last: 45 });
  assert.deepEqual(range({ offset: 0, size: 20, total: 0 }), { first: 0, last: 0 });
});

test("after rows have gone the last page that there still is is shown", () => {
  assert.equal(nearest({ offset: 40, size: 20, total: 40 }), 20);
  assert.equal(nearest({ offset: 20, size: 20, total: 40 }), 20);
  assert.equal(nearest({ offset: 40, size: 20, total: 0 }), 0);
});
