import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { TurnpikeError } from "#base";
import type { AdminSources } from "./index.ts";
import { adminWorld, basic } from "./testing/admin-world.ts";

const PIECE = Buffer.alloc(100_000, 7);

async function* pieces(failAfter: number) {
  for (let i = 0; i < 20; i++) {
    if (i === failAfter) throw new Error("the disk is gone");
    yield PIECE;
  }
}

const sources = (failAfter = Number.POSITIVE_INFINITY): AdminSources => ({
  routes: [
    {
      method: "GET",
      path: "/api/file",
      needs: "change",
      download: async ({ query }) => {
        const row = { kind: "user", text: "there is none", remedy: "make one" } as const;
        if (query.none) throw new TurnpikeError("NO_FILE", row);
        return { name: 'a"b\r\nc.zip', type: "application/zip", body: Readable.from(pieces(failAfter)) };
      },
    },
  ],
});

test("a file is saved under its name, which cannot break the header, and no cache keeps it", async (context) => {
  const world = await adminWorld(context, { sources: sources() });
  const response = await world.send("/api/file", { auth: basic() });
  const body = Buffer.concat(await response.toArray());
  assert.equal(body.length, 20 * PIECE.length);
  assert.equal(response.headers["content-type"], "application/zip");
  assert.equal(response.headers["content-disposition"], 'attachment; filename="a-b--c.zip"');
  assert.equal(response.headers["cache-control"], "no-store");
});

test("without rights there is none, and a refusal is an answer like any other", async (context) => {
  const world = await adminWorld(context, { sources: sources() });
  assert.equal((await world.ask("/api/file")).status, 401);
  const { status, body } = await world.ask("/api/file?none=1", { auth: basic() });
  assert.notEqual(status, 200);
  assert.match(JSON.stringify(body), /NO_FILE/);
});

test("a file that breaks off breaks the connection off", async (context) => {
  const world = await adminWorld(context, { sources: sources(10) });
  const response = await world.send("/api/file", { auth: basic() });
  await assert.rejects(response.toArray());
});
