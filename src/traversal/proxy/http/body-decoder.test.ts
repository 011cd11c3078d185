import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { BodyDecoder } from "./body-decoder.ts";
import { BadFraming, type Framing, NotHttp } from "./grammar.ts";

/** What a decoder makes of the bytes, given in pieces: the body, and what came after it. */
function decode(framing: Framing, bytes: Buffer, step: number) {
  const decoder = new BodyDecoder(framing);
  const body: Buffer[] = [];
  const rest: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += step) {
    const chunk = bytes.subarray(start, start + step);
    const at = decoder.done ? 0 : decoder.feed(chunk, 0, (part) => body.push(Buffer.from(part)));
    rest.push(chunk.subarray(at));
  }
  return { done: decoder.done, body: Buffer.concat(body).toString(), rest: Buffer.concat(rest).toString() };
}

const CHUNKED = "3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nTrailer: gone\r\n\r\nNEXT";

for (const step of [1, 2, 3, 5, 100])
  test(`a body and what follows it are told apart in pieces of ${step} bytes`, () => {
    assert.deepEqual(decode("chunked", Buffer.from(CHUNKED), step), {
      done: true,
      body: "abc0123456789",
      rest: "NEXT",
    });
    assert.deepEqual(decode(5, Buffer.from("abcdeNEXT"), step), { done: true, body: "abcde", rest: "NEXT" });
    assert.deepEqual(decode("close", Buffer.from("abc"), step), { done: false, body: "abc", rest: "" });
  });

test("a body of no length is complete before it begins", () => {
  for (const framing of ["none", 0] as const) assert.equal(new BodyDecoder(framing).done, true);
});

for (const bytes of [
  "3\nabc\r\n0\r\n\r\n",
  "3\r\nabc\n0\r\n\r\n",
  "3\r\nabcd\r\n0\r\n\r\n",
  "3 \r\nabc\r\n",
  " 3\r\nabc\r\n",
  "0x3\r\nabc\r\n",
  "+3\r\nabc\r\n",
  "-3\r\nabc\r\n",
  "\r\nabc\r\n",
  "123456789\r\n",
  "3;\rx\r\nabc\r\n",
  "0\r\nno colon\r\n\r\n",
  "0\r\n\n",
  "2;\r\nab\r\n",
  '1;a="b\r\n',
  "3;\xff\r\nabc\r\n",
  "0\r\nContent-Length: 5\r\n\r\n",
  "0\r\nTransfer-Encoding: chunked\r\n\r\n",
  `${"1;a=b\r\nx\r\n".repeat(6_000)}0\r\n\r\n`,
  `3;${"x".repeat(5_000)}\r\nabc\r\n`,
  `0\r\n${`a: ${"x".repeat(3_000)}\r\n`.repeat(6)}\r\n`,
])
  test(`${JSON.stringify(bytes.slice(0, 24))} is refused`, () => {
    for (const step of [1, 4, 10_000]) assert.throws(() => decode("chunked", Buffer.from(bytes), step), NotHttp);
  });

test("any bytes are a body or BadFraming, and the pieces do not matter", () => {
  const alphabet = fc.constantFrom(
    "\r\n",
    "\r",
    "\n",
    "0",
    "3",
    "a",
    "F",
    ";",
    ":",
    " ",
    "abc",
    "0\r\n\r\n",
    "3\r\nabc\r\n",
  );
  const outcome = (bytes: Buffer, step: number) => {
    try {
      return decode("chunked", bytes, step);
    } catch (error) {
      assert.ok(error instanceof BadFraming || error instanceof NotHttp);
      return "refused";
    }
  };
  fc.assert(
    fc.property(fc.string({ unit: alphabet }), fc.integer({ min: 1, max: 9 }), (text, step) => {
      const bytes = Buffer.from(text, "latin1");
      assert.deepEqual(outcome(bytes, step), outcome(bytes, 1_000_000));
    }),
  );
});
