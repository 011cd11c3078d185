import assert from "node:assert/strict";
import { test } from "node:test";
import type { EventEntry } from "./answers.ts";
import { firstPage, LEVELS, MOST_LINES, queryOf, released, withNew, withOlder } from "./events.ts";
import { indented } from "./xml.ts";

const entry = (sequence: number): EventEntry => ({ sequence, at: 0, level: "info", subsystem: "general", text: "" });
const shown = (page: ReturnType<typeof firstPage>) => page.entries.map(({ sequence }) => sequence);

test("the query says only what narrows it", () => {
  assert.equal(queryOf({ levels: LEVELS, text: " " }), "");
  assert.equal(queryOf({ levels: ["error"], text: "a b" }, { limit: 5 }), "?levels=error&text=a+b&limit=5");
});

test("lines stand latest first; older ones follow until there are none", () => {
  const page = firstPage([entry(8), entry(9)], 2);
  assert.deepEqual([shown(page), page.complete], [[9, 8], false]);
  const more = withOlder(page, [entry(7)], 2);
  assert.deepEqual([shown(more), more.complete], [[9, 8, 7], true]);
});

test("new lines come on top, once; while the page is held they wait", () => {
  let page = withNew(firstPage([entry(1)], 2), entry(2), false);
  page = withNew(page, entry(2), false);
  assert.deepEqual(shown(page), [2, 1]);
  page = withNew(withNew(page, entry(3), true), entry(4), true);
  assert.deepEqual([shown(page), page.held.length], [[2, 1], 2]);
  assert.deepEqual(shown(released(page)), [4, 3, 2, 1]);
});

test("a page that has been open for long drops its oldest lines", () => {
  let page = firstPage([], 2);
  for (let i = 1; i <= MOST_LINES + 1; i++) page = withNew(page, entry(i), false);
  assert.deepEqual([page.entries.length, page.entries.at(-1)?.sequence, page.complete], [MOST_LINES, 2, false]);
});

test("XML is indented for reading; what is none stays as it is", () => {
  const xml = '<?xml version="1.0"?><a total="1"><b id="1"><c>x</c><d></d><e /></b></a>';
  assert.equal(
    indented(xml),
    [
      '<?xml version="1.0"?>',
      '<a total="1">',
      '  <b id="1">',
      "    <c>x</c>",
      "    <d></d>",
      "    <e />",
      "  </b>",
      "</a>",
    ].join("\n"),
  );
  assert.equal(indented("no xml"), "no xml");
});
