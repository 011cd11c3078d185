import assert from "node:assert/strict";
import { test } from "node:test";
import { Scope } from "#base";
import { testApi } from "../testing/world.ts";

test("ten thousand spaces are paged and filtered, with the total of all that match", async () => {
  await using scope = new Scope();
  const { send, storage } = await testApi(scope);
  await storage.change(async (writer) => {
    for (let number = 0; number < 10_000; number += 1)
      await writer.insert({
        noun: "coSpace",
        fields: { name: `Space ${String(number).padStart(5, "0")}`, callId: `${100_000 + number}` },
      });
  });
  const names = async (query: string) => {
    const { body } = await send("GET", `coSpaces?${query}`);
    return {
      total: /total="(\d+)"/.exec(body)?.[1],
      names: [...body.matchAll(/<name>Space (\d+)</g)].map((match) => match[1]),
    };
  };
  const first = await names("");
  assert.deepEqual([first.total, first.names.length, first.names[0], first.names[19]], ["10000", 20, "00000", "00019"]);
  const last = await names("offset=9995&limit=20");
  assert.deepEqual([last.total, last.names.join()], ["10000", "09995,09996,09997,09998,09999"]);
  assert.deepEqual(await names("offset=20000"), { total: "10000", names: [] });
  assert.deepEqual(await names("limit=0"), { total: "10000", names: [] });
  assert.equal((await names("limit=100000")).names.length, 1000, "the server's own cap");
  assert.deepEqual(await names("filter=SPACE%200012&limit=3"), { total: "10", names: ["00120", "00121", "00122"] });
  assert.deepEqual((await names("filter=109999")).names, ["09999"]);
  assert.equal((await names("filter=%25")).total, "0");
});
