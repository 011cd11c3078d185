import assert from "node:assert/strict";
import { test } from "node:test";
import { TCP_FLAG } from "./ip-packet.ts";
import { TcpFlow } from "./tcp-flow.ts";

/** Segments as words: "in SA 0/1 +5" is direction, flags, sequence and acknowledged number, bytes. */
function flow(opener: "in" | "out" = "in") {
  const seen: string[] = [];
  const made = new TcpFlow(opener, (direction, { flags, sequence, acknowledged }, { length }) => {
    const letters = Object.entries(TCP_FLAG).filter(([, bit]) => flags & bit);
    const word = letters.map(([name]) => name[0]!.toUpperCase()).join("");
    seen.push(`${direction} ${word} ${sequence}/${acknowledged}${length > 0 ? ` +${length}` : ""}`);
  });
  return { made, take: () => seen.splice(0) };
}

test("whoever dialled opens, and bytes are counted on both sides", () => {
  const { made, take } = flow();
  assert.deepEqual(take(), ["in S 0/0", "out SA 0/1", "in A 1/1"]);
  made.data("in", Buffer.alloc(5));
  made.data("out", Buffer.alloc(7));
  made.data("in", Buffer.alloc(1));
  assert.deepEqual(take(), ["in PA 1/1 +5", "out PA 1/6 +7", "in PA 6/8 +1"]);
  assert.deepEqual(flow("out").take()[0], "out S 0/0");
});

test("large writes are cut, and acknowledged by the way", () => {
  const { made, take } = flow();
  take();
  made.data("out", Buffer.alloc(150_000));
  assert.deepEqual(take(), [
    ...["out PA 1/1 +32768", "out PA 32769/1 +32768", "in A 1/65537"],
    ...["out PA 65537/1 +32768", "out PA 98305/1 +32768", "in A 1/131073", "out PA 131073/1 +18928"],
  ]);
});

test("numbers go on behind 2^32", () => {
  const { made, take } = flow();
  const block = Buffer.alloc(1 << 20);
  for (let i = 0; i < 4096; i++) {
    made.data("in", block);
    take();
  }
  made.data("in", Buffer.alloc(3));
  assert.deepEqual(take(), ["in PA 1/1 +3"]);
});

test("each side ends once, and a closed connection is silent", () => {
  const { made, take } = flow();
  take();
  made.end("in");
  made.end("in");
  made.data("in", Buffer.alloc(9));
  assert.deepEqual(take(), ["in FA 1/1", "out A 1/2"]);
  made.data("out", Buffer.alloc(2));
  made.closed("closed");
  made.closed("reset");
  made.data("out", Buffer.alloc(2));
  assert.deepEqual(take(), ["out PA 1/2 +2", "out FA 3/2", "in A 2/4"]);
});

test("a reset comes from the remote end", () => {
  const { made, take } = flow();
  take();
  made.closed("reset");
  assert.deepEqual(take(), ["in RA 1/1"]);
});
