import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { BadFraming, framingOf, NotHttp, parseAnswerHead, parseFields, parseRequestHead } from "./grammar.ts";

test("a request is its method, target, version and headers, names in lower case and values without space around", () => {
  assert.deepEqual(parseRequestHead("GET /a?b HTTP/1.1\r\nHost: x\r\nX-Two:\t a  b \t\r\nx-empty:\r\n"), {
    method: "GET",
    target: "/a?b",
    version: "1.1",
    headers: [
      ["host", "x"],
      ["x-two", "a  b"],
      ["x-empty", ""],
    ],
  });
});

test("an answer may come without a reason", () => {
  assert.equal(parseAnswerHead("HTTP/1.1 204\r\n").status, 204);
  assert.equal(parseAnswerHead("HTTP/1.0 404 Not here\r\n").version, "1.0");
});

for (const line of [
  "GET  / HTTP/1.1",
  "GET / HTTP/1.1 ",
  " GET / HTTP/1.1",
  "get / HTTP/1.1",
  "GET / http/1.1",
  "GET / HTTP/1.2",
  "GET / HTTP/11",
  "GET /a b HTTP/1.1",
  "GET /\x7f HTTP/1.1",
  "NONSENSE / HTTP/1.1",
])
  test(`${JSON.stringify(line)} is no request line`, () => {
    assert.throws(() => parseRequestHead(`${line}\r\n`), NotHttp);
  });

for (const field of [
  "a",
  ": b",
  "a : b",
  " a: b",
  "a\t: b",
  "a: b\rc",
  "a: b\nc: d",
  "a: \0",
  "a: \x7f",
  "ä: b",
  "a: b\n",
])
  test(`${JSON.stringify(field)} is no header field`, () => {
    assert.throws(() => parseFields(`${field}\r\n`, 0), NotHttp);
  });

test("sixty thousand spaces cost no more than sixty thousand letters", () => {
  const started = process.cpuUsage();
  assert.throws(() => parseFields(`a:${" ".repeat(60_000)}\x01\r\n`, 0), NotHttp);
  assert.equal(parseFields(`a:${" ".repeat(60_000)}b\r\n`, 0)[0]![1], "b");
  assert.ok(process.cpuUsage(started).user < 500_000);
});

test("any text is a head or NotHttp", () => {
  const bytes = fc.string({
    unit: fc.constantFrom(..." \t\r\n:;,/.aB0\0\x7f\xff".split(""), "GET", "HTTP/1.1", "\r\n"),
  });
  fc.assert(
    fc.property(bytes, (text) => {
      for (const parse of [parseRequestHead, parseAnswerHead])
        try {
          const { headers } = parse(`GET / HTTP/1.1\r\n${text}\r\n`);
          for (const [name, value] of headers) assert.doesNotMatch(name + value, /[\r\n\0]/);
        } catch (error) {
          assert.ok(error instanceof NotHttp);
        }
    }),
  );
});

test("a body ends in one way or in none", () => {
  assert.equal(framingOf("1.1", []), undefined);
  assert.equal(framingOf("1.1", [["content-length", "0"]]), 0);
  assert.equal(framingOf("1.1", [["transfer-encoding", "Chunked"]]), "chunked");
  for (const headers of [
    [
      ["content-length", "1"],
      ["content-length", "1"],
    ],
    [
      ["content-length", "1"],
      ["transfer-encoding", "chunked"],
    ],
    [["transfer-encoding", "gzip, chunked"]],
    [["content-length", "+1"]],
    [["content-length", ""]],
    [["content-length", "9999999999999999"]],
  ] as [string, string][][])
    assert.throws(() => framingOf("1.1", headers), BadFraming);
});

test("a coding in HTTP/1.0, which has none, is refused", () => {
  assert.throws(() => framingOf("1.0", [["transfer-encoding", "chunked"]]), BadFraming);
});
