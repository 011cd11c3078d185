import assert from "node:assert/strict";
import { test } from "node:test";
import { plainPaint } from "./look.ts";
import { paragraph } from "./paragraph.ts";
import { facts, flow, layout, table } from "./table.ts";
import { bitRate, bytes, count, plural, printable } from "./units.ts";
import { frame } from "./watch.ts";

test("numbers have the unit that keeps three digits", () => {
  const pairs: [number, string][] = [
    [0, "0 B"],
    [1023, "1023 B"],
    [1024, "1.00 KiB"],
    [10_239, "10.0 KiB"],
    [1_048_575, "1.00 MiB"],
    [150 * 1024 ** 3, "150 GiB"],
    [Number.MAX_SAFE_INTEGER, "8.00 PiB"],
  ];
  for (const [value, text] of pairs) assert.equal(bytes(value), text);
  assert.deepEqual([0, 999, 1000, 64_000, 999_700].map(bitRate), [
    "0 bit/s",
    "999 bit/s",
    "1.00 kbit/s",
    "64.0 kbit/s",
    "1.00 Mbit/s",
  ]);
  assert.deepEqual([0, 999, 1000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
  assert.deepEqual([plural(1, "relay"), plural(0, "relay")], ["1 relay", "0 relays"]);
});

test("columns are aligned by what is seen, not by what paints it", () => {
  const columns = [{ title: "A" }, { title: "Number", align: "right" }, { title: "" }] as const;
  const cells = [
    ["\u001b[31mred\u001b[39m", "1", "x"],
    [["one", "below"], "1,000", ""],
  ];
  assert.deepEqual(table(columns, cells, plainPaint), [
    "  A      Number",
    "  \u001b[31mred\u001b[39m         1  x",
    "  one     1,000",
    "  below",
  ]);
  assert.equal(layout(columns, cells, plainPaint).width, 18);
  assert.deepEqual(
    facts(
      [
        ["Long name", ["a", "b"]],
        ["B", "c"],
      ],
      plainPaint,
    ),
    ["  Long name  a", "             b", "  B          c"],
  );
});

test("words flow into lines of a width; one that is too long has its own", () => {
  assert.deepEqual(flow(["aa", "bb", "cc"], 8), ["aa, bb,", "cc"]);
  assert.deepEqual(flow(["aaaaaaaaaaaa", "b", "c"], 8), ["aaaaaaaaaaaa,", "b, c"]);
  assert.deepEqual(flow([], 8), []);
});

test("a sentence is broken between words, each line indented and painted", () => {
  assert.deepEqual(
    paragraph("one two three toolongaword x", 10, "  ", (line) => `<${line}>`),
    ["  <one two>", "  <three>", "  <toolongaword>", "  <x>"],
  );
  assert.deepEqual(paragraph("one two", Number.POSITIVE_INFINITY), ["  one two"]);
});

test("control characters do not reach the terminal", () => {
  assert.equal(printable("a\u001b]0;b\u0007\u202e\u0085é"), "a?]0;b???é");
});

test("a picture overwrites the last one, and says how much does not fit", () => {
  assert.equal(frame("a\nb", 24), "\u001b[Ha\u001b[K\nb\u001b[K\n\u001b[J");
  assert.equal(frame("a\nb\nc\nd", 4), "\u001b[Ha\u001b[K\nb\u001b[K\n… 2 more lines\u001b[K\n\u001b[J");
  assert.equal(frame("a\nb\nc", 4), "\u001b[Ha\u001b[K\nb\u001b[K\nc\u001b[K\n\u001b[J");
});
